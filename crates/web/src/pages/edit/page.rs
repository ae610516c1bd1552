//! The page around the boxes: summary of what is wrong, warnings, conflicts, the acts below.

use axum::response::Response;
use http::StatusCode;
use kernel::Blame;
use maud::{Markup, html};

use super::boxes::box_name;
use super::sheet::Sheet;
use super::typed::belongs;
use crate::door::Paged;
use crate::frame::{self, Parts, list_href};
use crate::pages::record::record_href;
use crate::pairs::Pairs;
use crate::ui::button::Button;
use crate::ui::error_summary::{FieldError, error_summary};
use crate::ui::field::{Choice, Control, Entry, Field, Look, field, form_section};
use crate::ui::form::{Form, Sends, form};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Outcome, Page as Frame};
use crate::ui::{Link, Text};

/// What stands around the boxes.
pub struct Page {
    /// Version of the record that was read, and when it had been made.
    pub version: i64,
    pub read_at: i64,
    /// Checks that only warn.
    pub warnings: Vec<Blame>,
    /// What two people changed differently.
    pub conflicts: Markup,
    pub status: StatusCode,
    /// A number that makes the same form count once.
    pub once: String,
}

impl Page {
    /// The page of a form that was just opened.
    pub fn fresh(sheet: &Sheet) -> Page {
        let record = sheet.record;
        Page {
            version: record.map_or(0, |record| record.version),
            read_at: record.map_or(0, |record| record.changed_at.0),
            warnings: Vec::new(),
            conflicts: html! {},
            status: StatusCode::OK,
            once: crate::door::number().unwrap_or_default(),
        }
    }

    /// The same as it was sent.
    pub fn read(&mut self, pairs: &Pairs) {
        self.version = pairs.get("_version").parse().unwrap_or(self.version);
        self.read_at = pairs.get("_at").parse().unwrap_or(self.read_at);
        if let Some(once) = pairs.filled("_once") {
            self.once = once.to_owned();
        }
    }

    pub fn refused(mut self) -> Page {
        self.status = StatusCode::UNPROCESSABLE_ENTITY;
        self
    }
}

pub fn show(sheet: &Sheet, page: &Page) -> Paged {
    Ok(answer(sheet, page))
}

fn answer(sheet: &Sheet, page: &Page) -> Response {
    let (visit, def) = (sheet.visit(), sheet.def);
    let say = visit.say;
    let (action, back, draft) = match sheet.record {
        Some(record) => {
            let href = record_href(def, record.id);
            (
                format!("{href}/edit"),
                href,
                format!("{}.edit.{}", def.name, record.id),
            )
        }
        None => (
            format!("/{}/new", def.path),
            list_href(&def.path),
            format!("{}.new", def.name),
        ),
    };
    let files = super::rules(def, visit.lang()).0;
    let sends = if files.is_empty() {
        Sends::Text
    } else {
        Sends::Files
    };
    let whole = Form {
        action: action.into(),
        csrf: visit.csrf().into(),
        sends,
        draft: Some(draft.into()),
        upload: (sends == Sends::Files).then(|| "main".into()),
        hidden: hidden(sheet, page),
        before: before(sheet, page),
        sections: sections(sheet),
        acts: acts(sheet, page),
        back: Some(Link::new(say.cancel, back)),
    };
    let body = form(visit.words, &whole);
    let title = match sheet.record {
        Some(record) => format!("{}{}{}", say.edit, visit.words.colon, record.shown),
        None => format!("{}{}", say.new_of, def.title.get(visit.lang())),
    };
    let crumbs = crate::pages::record::crumbs(visit, def);
    let outcome = if page.status.is_success() {
        Outcome::Fine
    } else {
        Outcome::Refused
    };
    let parts = Parts::of(visit);
    let frame = Frame {
        body,
        outcome,
        crumbs: &crumbs,
        ..parts.page(visit, title)
    };
    frame::with_status(page.status, &frame)
}

/// The boxes. Once it is chosen what the record is about, what does not belong to it stays away, also
/// without scripts; a form that nobody has told anything yet shows all its boxes there.
fn sections(sheet: &Sheet) -> Markup {
    let visit = sheet.visit();
    let told = |field: &catalogue::Field| visit.query.filled(&field.name).is_some();
    let chosen = sheet.record.is_some()
        || visit.method != http::Method::GET
        || sheet.def.fields.iter().any(told);
    let boxes = sheet.sections();
    html! {
        (beginning(sheet))
        @if chosen { div.is-chosen { (boxes) } } @else { (boxes) }
    }
}

fn hidden(sheet: &Sheet, page: &Page) -> Vec<(Text<'static>, Text<'static>)> {
    let mut hidden = vec![
        ("_who".into(), sheet.visit().mark().into()),
        ("_once".into(), page.once.clone().into()),
    ];
    if sheet.record.is_some() {
        hidden.push(("_version".into(), page.version.to_string().into()));
        hidden.push(("_at".into(), page.read_at.to_string().into()));
    }
    hidden.extend(sheet.held_files());
    hidden
}

fn before(sheet: &Sheet, page: &Page) -> Markup {
    let visit = sheet.visit();
    let errors: Vec<FieldError<'_>> = sheet
        .blames
        .iter()
        .map(|blame| FieldError {
            field: Some(box_name(&blame.pointer))
                .filter(|name| stands(sheet, name))
                .map(Into::into),
            message: blame.message.get(visit.lang()).into(),
        })
        .collect();
    html! {
        (error_summary(visit.words, &errors))
        @if !page.warnings.is_empty() {
            (notice(visit.words, Kind::Warning, &html! {
                p { (visit.say.warned) }
                ul { @for warning in &page.warnings { li { (warning.message.get(visit.lang())) } } }
            }))
        }
        (page.conflicts)
    }
}

/// Whether a box of that name is on the page, so that a link can lead to it.
fn stands(sheet: &Sheet, name: &str) -> bool {
    sheet
        .fields
        .iter()
        .any(|ix| belongs(name, &sheet.def.get(*ix).name))
}

/// Where a new record begins, when there is a choice for this person.
fn beginning(sheet: &Sheet) -> Markup {
    let (visit, def) = (sheet.visit(), sheet.def);
    let offered: Vec<_> = def
        .begins
        .iter()
        .filter(|ix| kernel::may_begin(def, &visit.actor, **ix))
        .collect();
    if sheet.record.is_some() || offered.len() < 2 {
        return html! {};
    }
    let entries = offered
        .into_iter()
        .map(|ix| &def.states[ix.0])
        .map(|state| Entry::new(state.name.as_str(), state.label.get(visit.lang())))
        .collect();
    let chosen = match sheet.pairs.filled("_state") {
        Some(chosen) => chosen,
        None => def.states[def.begins[0].0].name.as_str(),
    };
    let control = Control::Choice(Choice {
        chosen: chosen.into(),
        entries,
        look: Look::ByLength,
        nothing: None,
        under: None,
    });
    let box_ = Field::new("_state", visit.say.begins_as);
    form_section(visit.say.state, None, &field(visit.words, &box_, &control))
}

fn acts(sheet: &Sheet, page: &Page) -> Markup {
    let say = sheet.visit().say;
    let name = if sheet.record.is_some() {
        say.save_changes
    } else {
        say.save
    };
    let conditional = sheet.def.fields.iter().any(|field| field.when.is_some());
    html! {
        @if page.warnings.is_empty() { (Button::primary(name).submit()) }
        // The first button would be pressed by Enter: it asks again, the second one insists.
        @else {
            (Button::primary(say.save_anyway).sends("_anyway", "1").submit()) " "
            (Button::plain(say.check_again).submit())
        }
        @if conditional {
            noscript { (Button::plain(say.show_chosen).sends("_show", "1").submit()) }
        }
    }
}
