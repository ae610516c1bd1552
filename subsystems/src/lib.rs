//! The tenants: one folder each, written as checked text, with a small Rust file only where text
//! cannot say it.

pub mod generate;
mod home;
#[path = "../patrol/rules.rs"]
mod patrol;
#[path = "../registry/rules.rs"]
mod registry;
pub mod samples;
#[path = "../special_equipment/rules.rs"]
mod special_equipment;
#[cfg(test)]
mod tests;

use include_dir::{Dir, include_dir};

/// The folders as they were when the program was built.
static FOLDERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR");

/// The embedded folders of all tenants and `roles.toml`, for `catalogue::Texts::with_tenants`.
pub fn texts() -> &'static Dir<'static> {
    &FOLDERS
}

/// Registers whose samples are rules in force: every bureau begins with them.
pub const STANDING: &[&str] = &["special_equipment.cycle", "patrol.check_item"];

/// All hooks that the tenants' texts name.
pub fn hooks() -> kernel::Hooks {
    let mut hooks = registry::hooks();
    hooks.merge(special_equipment::hooks());
    hooks.merge(patrol::hooks());
    hooks
}
