//! Lists of choices and their entries.

use indexmap::IndexMap;

use super::Label;

#[derive(Clone, Debug)]
pub struct ChoiceList {
    /// Qualified name `subsystem.list`.
    pub name: String,
    pub title: Label,
    /// Entries may be added by a bureau on a page or in an overlay.
    pub open: bool,
    pub entries: IndexMap<String, Entry>,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub label: Label,
    /// Entry of the list of the field named by `Kind::Choice::under` to which this one belongs.
    pub under: Option<String>,
    /// Heading under which the entry stands in long lists.
    pub group: Option<String>,
    /// No longer offered for new values, still valid on old records.
    pub retired: bool,
}
