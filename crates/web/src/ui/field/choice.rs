//! One of several, several of several, yes or no.

use maud::{Markup, html};

use super::Attrs;
use crate::ui::Text;
use crate::ui::words::Words;

/// Up to so many entries are shown at once as radio buttons.
const RADIOS_MAX: usize = 5;

/// An entry of a choice list.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    pub value: Text<'a>,
    pub label: Text<'a>,
    /// The heading it stands under; entries of one group follow each other.
    pub group: Option<Text<'a>>,
    /// The entry of the field above that it belongs to.
    pub of: Option<Text<'a>>,
}

impl<'a> Entry<'a> {
    pub fn new(value: impl Into<Text<'a>>, label: impl Into<Text<'a>>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            group: None,
            of: None,
        }
    }

    pub fn in_group(mut self, group: impl Into<Text<'a>>) -> Self {
        self.group = Some(group.into());
        self
    }

    pub fn belonging_to(mut self, above: impl Into<Text<'a>>) -> Self {
        self.of = Some(above.into());
        self
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// Radio buttons for a few entries, a select for more.
    #[default]
    ByLength,
    Select,
    Radios,
}

#[derive(Debug, Clone, Default)]
pub struct Choice<'a> {
    pub chosen: Text<'a>,
    pub entries: Vec<Entry<'a>>,
    pub look: Look,
    /// The first line of a select, when nothing is chosen; 请选择 by default.
    pub nothing: Option<Text<'a>>,
    /// The box above, whose value leaves only the entries that belong to it.
    pub under: Option<Text<'a>>,
}

impl Choice<'_> {
    pub(super) fn is_radios(&self) -> bool {
        match self.look {
            Look::Radios => true,
            Look::Select => false,
            // Only a select can leave out entries without moving the others about.
            Look::ByLength => self.under.is_none() && self.entries.len() <= RADIOS_MAX,
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Choices<'a> {
    pub chosen: Vec<Text<'a>>,
    pub entries: Vec<Entry<'a>>,
}

/// A yes-or-no value that may still be open. Sends `true`, `false` or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum YesNo {
    #[default]
    Open,
    Yes,
    No,
}

pub(super) fn choice(w: &Words, attrs: &Attrs<'_>, choice: &Choice<'_>) -> Markup {
    if choice.is_radios() {
        let ticks = choice.entries.iter().map(|entry| Tick {
            value: &entry.value,
            label: &entry.label,
            on: entry.value == choice.chosen,
        });
        return checks(attrs, "radio", ticks);
    }
    html! {
        select id=(attrs.id) name=(attrs.name) aria-label=[attrs.label]
            aria-describedby=[attrs.described_by] aria-invalid=[attrs.invalid()]
            data-under=[&choice.under] {
            option value="" { (choice.nothing.as_deref().unwrap_or(w.choose)) }
            @for group in choice.entries.chunk_by(|a, b| a.group == b.group) {
                @match &group[0].group {
                    Some(label) => optgroup label=(label) { (options(group, &choice.chosen)) },
                    None => (options(group, &choice.chosen)),
                }
            }
        }
    }
}

fn options(entries: &[Entry<'_>], chosen: &str) -> Markup {
    html! {
        @for entry in entries {
            option value=(entry.value) selected[entry.value == chosen] data-of=[&entry.of] { (entry.label) }
        }
    }
}

pub(super) fn choices(attrs: &Attrs<'_>, choices: &Choices<'_>) -> Markup {
    let ticks = choices.entries.iter().map(|entry| Tick {
        value: &entry.value,
        label: &entry.label,
        on: choices.chosen.contains(&entry.value),
    });
    checks(attrs, "checkbox", ticks)
}

pub(super) fn yes_no(w: &Words, attrs: &Attrs<'_>, now: YesNo) -> Markup {
    let ticks = [
        Tick {
            value: "true",
            label: w.yes,
            on: now == YesNo::Yes,
        },
        Tick {
            value: "false",
            label: w.no,
            on: now == YesNo::No,
        },
    ];
    checks(attrs, "radio", ticks.into_iter())
}

struct Tick<'a> {
    value: &'a str,
    label: &'a str,
    on: bool,
}

fn checks<'a>(attrs: &Attrs<'_>, kind: &str, ticks: impl Iterator<Item = Tick<'a>>) -> Markup {
    html! {
        div.checks {
            @for (index, tick) in ticks.enumerate() {
                label.check {
                    input type=(kind) name=(attrs.name) value=(tick.value) checked[tick.on]
                        id=[(index == 0).then_some(attrs.id)]
                        data-secret=[attrs.secret()];
                    span { (tick.label) }
                }
            }
        }
    }
}
