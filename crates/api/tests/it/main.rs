//! The API over the tennis club, asked as programs ask it.

mod document;
mod files;
mod lists;
mod once;
mod problems;
mod records;
mod rights;
mod world;
