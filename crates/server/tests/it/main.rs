//! The one integration binary: the house through `app`, through HTTP and through its commands.

mod people;
mod records;
