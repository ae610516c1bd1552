//! Imports on a tennis club, through a real store.
