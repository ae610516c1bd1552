//! The tenants: one folder each, written as checked text, with a small Rust file only where text cannot say it.
