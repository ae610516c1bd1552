//! The pages: what people see in a browser, made on the server from definitions.

pub mod assets;
pub mod ui;
