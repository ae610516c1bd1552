//! A reference to another record or a division: a text box that offers rows while one types.
//!
//! Sends three fields: `{name}` is the text, `{name}.id` what was chosen from the list, and
//! `{name}.was` the text that belongs to that id. When `{name}` is not `{name}.was`, the id does
//! not count, and the server looks the text up as a code or an exact name. So it works the same
//! with scripts off.

use maud::{Markup, html};

use super::Attrs;
use crate::ui::Text;
use crate::ui::words::Words;

#[derive(Debug, Clone, Default)]
pub struct Lookup<'a> {
    /// What stands in the box.
    pub typed: Text<'a>,
    pub id: Text<'a>,
    /// The text that belongs to `id`; the same as `typed` unless it was changed.
    pub was: Text<'a>,
    /// Asked with `q` (what was typed) or `under` (what was unfolded); answers with
    /// [`crate::ui::suggest::suggestions`].
    pub source: Text<'a>,
    pub placeholder: Option<Text<'a>>,
}

impl<'a> Lookup<'a> {
    /// The box as it stands when the record holds this reference.
    pub fn holding(
        id: impl Into<Text<'a>>,
        shown: impl Into<Text<'a>>,
        source: impl Into<Text<'a>>,
    ) -> Self {
        let shown = shown.into();
        Self {
            typed: shown.clone(),
            id: id.into(),
            was: shown,
            source: source.into(),
            placeholder: None,
        }
    }
}

pub(super) fn lookup(w: &Words, attrs: &Attrs<'_>, lookup: &Lookup<'_>) -> Markup {
    let list = format!("{}-list", attrs.id);
    html! {
        span.lookup {
            input type="text" id=(attrs.id) name=(attrs.name) value=(lookup.typed) autocomplete="off"
                placeholder=[&lookup.placeholder] data-suggest=(lookup.source) data-lookup=""
                aria-controls=(list) aria-label=[attrs.label] aria-describedby=[attrs.described_by]
                aria-invalid=[attrs.invalid()] data-secret=[attrs.secret()];
            input type="hidden" name={ (attrs.name) ".id" } value=(lookup.id);
            input type="hidden" name={ (attrs.name) ".was" } value=(lookup.was);
            span.suggest id=(list) role="listbox" aria-label=(w.search_results) hidden {}
        }
    }
}
