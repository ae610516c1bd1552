//! The API over the tennis club, asked as programs ask it.

mod document;
mod files;
mod flow;
mod flows;
mod lists;
mod notices;
mod once;
mod posts;
mod problems;
mod prove;
mod records;
mod rights;
mod told;
mod units;
mod world;
