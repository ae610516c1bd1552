//! Pages through the router, on the tennis club.

mod browser;
mod doors;
mod english;
mod files;
mod forms;
mod imports;
mod lists;
mod live;
mod posts;
mod records;
mod safety;
mod second_factor;
mod sign_in;
mod snapshots;
mod supervision;
mod todo;
mod told;
mod turns;
mod units;
mod watch;
