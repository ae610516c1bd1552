//! One file for each page or concern of a page.

pub mod account;
pub mod after;
pub mod batch;
pub mod blamed;
pub mod bring;
pub mod calendar;
pub mod colleagues;
pub mod edit;
pub mod enrol;
pub mod factor;
pub mod flows;
pub mod handover;
pub mod help;
pub mod home;
pub mod leave;
pub mod list;
pub mod lookup;
pub mod notices;
pub mod offer;
pub mod params;
pub mod posts;
pub mod progress;
pub mod prove;
pub mod public;
pub mod reach;
pub mod record;

pub mod search;
pub mod sessions;
pub mod shows;
pub mod sign_in;
pub mod todo;
pub mod units;
pub mod when_recorded;
