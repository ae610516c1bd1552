//! Pages through the router, on the tennis club.

mod browser;
mod forms;
mod lists;
mod records;
mod safety;
mod sign_in;
