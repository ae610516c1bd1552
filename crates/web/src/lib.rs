//! The pages: what people see in a browser, made on the server from definitions.
//!
//! **Invariant:** nothing in here decides about a right. Pages ask `app` and show what it gives
//! back; what `pages::offer` asks of the definitions only hides buttons that `app` would refuse.

pub mod assets;
mod door;
mod frame;
mod look;
mod pages;
mod pairs;
mod say;
mod settings;
pub mod ui;

pub use door::router;
pub use settings::{Cookies, Settings};
