//! One file for each page or concern of a page.

pub mod account;
pub mod bring;
pub mod edit;
pub mod help;
pub mod home;
pub mod list;
pub mod lookup;
pub mod offer;
pub mod params;
pub mod public;
pub mod record;
pub mod search;
pub mod shows;
pub mod sign_in;
pub mod when_recorded;
