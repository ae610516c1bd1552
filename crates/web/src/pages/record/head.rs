//! The head of a record: number, state, colour, and in one line whose turn it is.

use std::collections::BTreeSet;

use kernel::{Grade, Lang};
use maud::{Markup, html};

use super::Open;
use crate::pages::shows::{colour_lamp, state};
use crate::pages::when_recorded::moment_text;
use crate::ui::record::RecordHead;

pub struct Head {
    label: String,
    number: String,
    marks: Markup,
    standing: Markup,
}

impl Head {
    pub fn borrowed(&self) -> RecordHead<'_> {
        RecordHead {
            number_label: &self.label,
            number: &self.number,
            marks: self.marks.clone(),
            standing: self.standing.clone(),
        }
    }
}

pub fn head(open: &Open) -> Head {
    let Open {
        visit, def, page, ..
    } = open;
    let record = &page.record;
    // The unique number of the matter where people know one, else the record's own.
    let known = def
        .key()
        .filter(|ix| !def.get(*ix).sealed())
        .and_then(|ix| Some((def.get(ix), record.field(ix)?)))
        .map(|(field, seen)| {
            (
                field.label.get(visit.lang()),
                open.reading.text(field, seen),
            )
        })
        .filter(|(_, number)| !number.is_empty());
    let (label, number) = match known {
        Some((label, number)) => (label.to_owned(), number),
        None => (visit.say.record_number.to_owned(), record.id.to_string()),
    };
    let marks = html! {
        (state(&open.reading, def, record))
        @if let Some(colour) = record.colour.as_ref().filter(|c| c.grade != Grade::NotApplicable) {
            " " (colour_lamp(visit, colour))
        }
    };
    Head {
        label,
        number,
        marks,
        standing: standing(open),
    }
}

/// The date that the colour is about, unless the lamp says it already.
fn due(open: &Open) -> Option<(String, String)> {
    let record = &open.page.record;
    let colour = record.colour.as_ref()?;
    let warning = open
        .def
        .warnings
        .iter()
        .find(|w| w.name == colour.warning)?;
    let field = open.def.get(warning.about);
    let day = open.reading.text(field, record.field(warning.about)?);
    let said = colour.message.as_ref().is_some_and(|m| m.contains(&day));
    let label = field.label.get(open.visit.lang()).to_owned();
    (!day.is_empty() && !said).then_some((label, day))
}

/// Until when, who may act next, and when it last changed.
fn standing(open: &Open) -> Markup {
    let Open {
        visit, def, page, ..
    } = open;
    let record = &page.record;
    let lang = visit.lang();
    let mut who = BTreeSet::new();
    // In a flow the card of its course says whose turn it is.
    for action in def.actions.iter().filter(|_| !def.is_flow()) {
        if record
            .state
            .is_some_and(|state| action.from.contains(&state))
        {
            who.extend(action.by.iter().filter_map(|role| {
                visit
                    .app()
                    .catalogue()
                    .roles
                    .get(role)
                    .map(|role| role.label.get(lang))
            }));
        }
    }
    let comma = if lang == Lang::Zh { "、" } else { ", " };
    let who = who.into_iter().collect::<Vec<_>>().join(comma);
    html! {
        @if let Some((label, day)) = due(open) { (label) " " strong { (day) } (visit.words.gap) }
        @if !who.is_empty() && visit.session.is_some() { (visit.say.turn_of.replace("{n}", &who)) (visit.words.gap) }
        (visit.say.changed_at) " " time { (moment_text(record.changed_at)) }
    }
}
