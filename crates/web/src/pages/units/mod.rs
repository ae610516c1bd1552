//! The tree of units on a day: searched, folded, with the changes that are to come.

mod act;
mod go;
mod one;

pub use act::{ask, take};
pub use one::{show_one, take_back, withdraw};

use app::{ChangeView, UnitRow, UnitTree};
use jiff::civil::Date;
use kernel::Verb;
use maud::{Markup, html};

use super::offer;
use super::shows::marked;
use crate::door::{Paged, Visit};
use crate::frame::{self, Parts};
use crate::ui::button::Button;
use crate::ui::field::{Control, Field, Need, TextInput, Type, field};
use crate::ui::figure::card;
use crate::ui::notice::{Kind, empty_state, notice};
use crate::ui::page::{Page, csrf};

pub const PATH: &str = "/unit-tree";
pub const ONE: &str = "/unit-tree/one";
pub const ACT: &str = "/unit-tree/act";
pub const WITHDRAW: &str = "/unit-tree/withdraw";
pub const TAKE_BACK: &str = "/unit-tree/take-back";
/// Where units are kept.
pub const REGISTER: &str = "house.unit";
/// Areas named beside a unit; its own page names all.
const AREAS_SHOWN: usize = 3;
/// Down to this level the tree is open at first.
const OPEN_DEPTH: usize = 1;

/// How much of the tree is unfolded at first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Top,
    /// What was searched for shows at once.
    All,
}

pub fn show(visit: &Visit) -> Paged {
    visit.session()?;
    let say = visit.say.units;
    let typed = visit.query.filled("on");
    let day = typed.and_then(|day| day.trim().parse::<Date>().ok());
    // A day that is none shows the tree of today, and says so.
    let no_day = typed.filter(|_| day.is_none());
    let words = visit.query.get("q").trim().to_owned();
    let tree = visit.app().unit_tree(&visit.actor, day, &words)?;
    let open = match words.is_empty() {
        true => Open::Top,
        false => Open::All,
    };
    let body = html! {
        @if let Some(typed) = no_day {
            (notice(visit.words, Kind::Warning, &html! { (say.on_no_day.replace("{n}", typed)) }))
        }
        (coming(visit, &tree))
        (search(visit, &tree, &words))
        @if tree.rows.is_empty() {
            @if words.is_empty() { (empty_state(say.none, say.none_advice, &[])) }
            @else { (empty_state(say.none_found, say.none_found_advice, &[])) }
        } @else {
            div.card {
                div.card-head { h2 { (say.count.replace("{n}", &tree.rows.len().to_string())) } }
                div.card-body { (branch(visit, &tree.rows, 0, open)) }
            }
        }
    };
    let parts = Parts::of(visit);
    frame::ok(&Page {
        body,
        acts: Some(acts(visit)),
        lead: Some(html! { (say.units_lead) }),
        ..parts.page(visit, say.units.to_owned())
    })
}

/// Whether the tree is for the person at all.
pub fn is_mine(visit: &Visit) -> bool {
    let catalogue = visit.app().catalogue();
    let units = catalogue.register(REGISTER);
    units.is_some_and(|ix| offer::may(visit, catalogue.at(ix), Verb::See))
}

fn acts(visit: &Visit) -> Markup {
    let catalogue = visit.app().catalogue();
    let Some(def) = catalogue.register(REGISTER).map(|ix| catalogue.at(ix)) else {
        return html! {};
    };
    let say = visit.say.units;
    html! {
        @if offer::may(visit, def, Verb::Create) {
            (Button::primary(say.add).link(&format!("/{}/new", def.path))) " "
        }
        @if offer::may(visit, def, Verb::Import) {
            (Button::plain(say.bring).link(&format!("/{}/import", def.path)))
        }
    }
}

fn search(visit: &Visit, tree: &UnitTree, words: &str) -> Markup {
    let say = visit.say.units;
    let text = |typed: String, kind: Type| {
        Control::Text(TextInput {
            typed: typed.into(),
            kind,
            ..TextInput::default()
        })
    };
    let find = Field::new("q", say.find).need(Need::Filter);
    let on = Field::new("on", say.on_day).need(Need::Filter);
    html! {
        form.query method="get" action=(PATH) role="search" aria-label=(visit.words.query) {
            div.query-fields.is-first {
                (field(visit.words, &find, &text(words.to_owned(), Type::Plain)))
                (field(visit.words, &on, &text(tree.day.to_string(), Type::Plain)))
                div.query-acts {
                    button.button.is-primary type="submit" { (visit.words.query) }
                    a.button href=(PATH) { (visit.words.reset) }
                }
            }
        }
    }
}

/// The units of one level with those below each; rows come in the order of the tree.
fn branch(visit: &Visit, rows: &[UnitRow], depth: usize, open: Open) -> Markup {
    let say = visit.say.units;
    let ends = |at: usize| {
        let rest = rows[at + 1..].iter();
        at + 1 + rest.take_while(|row| row.depth > depth).count()
    };
    let heads: Vec<usize> = (0..rows.len())
        .filter(|at| rows[*at].depth == depth)
        .collect();
    html! {
        ul.unit-tree {
            @for at in heads {
                @let row = &rows[at];
                @let inner = &rows[at + 1..ends(at)];
                li {
                    (line(visit, row))
                    @if !inner.is_empty() {
                        details open[open == Open::All || depth < OPEN_DEPTH] {
                            summary {
                                span.hidden-text { (marked(visit, &row.title)) " " }
                                (say.below.replace("{n}", &inner.len().to_string()))
                            }
                            (branch(visit, inner, depth + 1, open))
                        }
                    }
                }
            }
        }
    }
}

fn line(visit: &Visit, row: &UnitRow) -> Markup {
    let more = row.areas.len().saturating_sub(AREAS_SHOWN);
    let areas: Vec<&str> = row
        .areas
        .iter()
        .take(AREAS_SHOWN)
        .map(String::as_str)
        .collect();
    html! {
        a href={ (ONE) "?id=" (row.id) } { (marked(visit, &row.title)) } " "
        span.quiet {
            (kind(visit, &row.kind)) " " span.code { (row.code) }
            @if !areas.is_empty() {
                " " (marked(visit, &areas.join(visit.words.comma)))
                @if more > 0 { " +" (more) }
            }
        }
    }
}

/// Label of a kind of unit.
pub fn kind(visit: &Visit, kind: &str) -> String {
    let list = visit.app().catalogue().choices.get("house.unit_kind");
    let entry = list.and_then(|list| list.entries.get(kind));
    entry
        .map_or(kind, |entry| entry.label.get(visit.lang()))
        .to_owned()
}

fn coming(visit: &Visit, tree: &UnitTree) -> Markup {
    if tree.coming.is_empty() {
        return html! {};
    }
    let say = visit.say.units;
    let body = html! {
        ul { @for change in &tree.coming {
            li {
                (told(visit, change))
                @if tree.may_change { (withdraw_form(visit, change, None)) }
            }
        } }
    };
    card(say.coming, None, &body)
}

/// A change in one line.
pub fn told(visit: &Visit, change: &ChangeView) -> Markup {
    let from = visit
        .say
        .units
        .from_day
        .replace("{n}", &change.day.to_string());
    html! {
        (marked(visit, &change.title)) " " (from) " · " (change.state_said.get(visit.lang()))
        @if !change.fault.is_empty() { p.error { (marked(visit, &change.fault)) } }
    }
}

/// The button that calls a change off; `unit`: the page to come back to.
pub fn withdraw_form(visit: &Visit, change: &ChangeView, unit: Option<kernel::Id>) -> Markup {
    html! {
        form method="post" action=(WITHDRAW) {
            (csrf(&visit.csrf()))
            input type="hidden" name="id" value=(change.id);
            @if let Some(unit) = unit { input type="hidden" name="unit" value=(unit); }
            (Button::plain(visit.say.units.withdraw).submit())
        }
    }
}
