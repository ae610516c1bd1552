//! Pages through the router, on the tennis club.

mod browser;
mod files;
mod forms;
mod imports;
mod lists;
mod records;
mod safety;
mod sign_in;
mod snapshots;
