//! Tampering with a small bureau's database in every way an administrator could, each to be found
//! and named. The database is made by plain SQL from `docs/ledger.md`.

mod export;
mod files;
mod fixture;
mod heads;
mod log;
mod reading;
mod rows;
