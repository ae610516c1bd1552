//! Which names a definition may give, and which are taken.

use crate::fault::{At, What};
use crate::tree::Ctx;
use crate::{NAME_CHARS_MAX, model::Label};

/// Names that every record has from the house, or that mean something in conditions and queries.
pub(crate) const RESERVED: &[&str] = &[
    "id",
    "version",
    "state",
    "phase",
    "colour",
    "today",
    "now",
    "created_at",
    "changed_at",
    "created_by",
    "changed_by",
    "q",
    "all",
    "list",
    "where",
    "draft",
    "v",
    "sort",
    "limit",
    "after",
    "as_of",
    "format",
    "cols",
    "view",
    "and",
    "or",
    "not",
    "in",
    "is",
    "has",
    "within",
    "contains",
    "empty",
    "true",
    "false",
];

/// Columns of the table that keeps child rows.
pub(crate) const RESERVED_IN_ROWS: &[&str] = &["parent", "pos"];

/// Paths of the house's own pages.
pub(crate) const RESERVED_PATHS: &[&str] = &[
    "home",
    "login",
    "logout",
    "search",
    "kiosk",
    "ops",
    "api",
    "assets",
    "healthz",
    "readyz",
    "metrics",
    "account",
    "imports",
    "exports",
    "static",
    "help",
    "me",
    "files",
    "events",
    "look",
    "lookup",
    "docs",
    "todo",
    "prove",
    "progress",
    "notices",
    "calendar",
    "register",
    "unit-tree",
    "flow-versions",
];

/// Faults where `name` is not a name: `[a-z][a-z0-9_]*`.
pub(crate) fn name(ctx: &mut Ctx<'_>, at: At, name: &str) {
    let mut letters = name.chars();
    let first = letters.next().is_some_and(|c| c.is_ascii_lowercase());
    if !first || !letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        ctx.fault(at, What::BadName { name: name.into() });
    } else if name.len() > NAME_CHARS_MAX {
        let max = NAME_CHARS_MAX.to_string();
        ctx.fault(
            at,
            What::LongName {
                name: name.into(),
                max,
            },
        );
    }
}

/// A name that also must not be one of the house's.
pub(crate) fn free_name(ctx: &mut Ctx<'_>, at: At, given: &str) {
    if RESERVED.contains(&given) {
        ctx.fault(at, What::ReservedName { name: given.into() });
    } else {
        name(ctx, at, given);
    }
}

/// Tells labels that occur twice; people and import headers know things by their label.
#[derive(Default)]
pub(crate) struct Labels(Vec<(String, String)>);

impl Labels {
    pub fn add(&mut self, ctx: &mut Ctx<'_>, at: At, name: &str, label: &Label) {
        self.add_text(ctx, at, name, &label.zh, &label.zh);
    }

    /// `key` is what must be unique, `shown` what the message says.
    pub fn add_text(&mut self, ctx: &mut Ctx<'_>, at: At, name: &str, key: &str, shown: &str) {
        if shown.is_empty() {
            return;
        }
        match self.0.iter().find(|(_, known)| known == key) {
            Some((other, _)) => {
                let what = What::DuplicateLabel {
                    label: shown.into(),
                    other: other.clone(),
                };
                ctx.fault(at, what);
            }
            None => self.0.push((name.into(), key.into())),
        }
    }
}
