//! What a lookup offers while one types: records of a register, divisions step by step.
//!
//! Asked by POST, so that what is typed stands in no address and no log.

use app::{Ask, No, Places, Within};
use catalogue::{Register, RegisterIx};
use kernel::{Reason, Verb};
use maud::Markup;

use super::offer;
use crate::door::{Paged, Sent, Visit, fragment};
use crate::ui::suggest::{Does, Group, Suggestion, suggestions};

/// Rows offered at once.
const ROWS_MAX: usize = 12;
/// Divisions offered at once: the cities of a province, the counties of a city, and some towns.
const DIVISIONS_MAX: usize = 60;

/// Records of a register by words.
pub fn records(visit: &Visit, ix: RegisterIx, def: &Register, sent: Sent) -> Paged {
    let words = sent.pairs.get("q").trim();
    // Whoever has no reach of his own there is offered what everyone sees.
    let own = visit.query.get("own") == "1" && offer::may(visit, def, Verb::See);
    let ask = Ask {
        q: Some(words.to_owned()).filter(|words| !words.is_empty()),
        unlisted: true,
        limit: Some(ROWS_MAX),
        columns: Some(Vec::new()),
        within: if own { Within::Own } else { Within::Seen },
        ..Ask::default()
    };
    let rows = match visit.app().list(&visit.actor, ix, &ask) {
        Ok((page, _)) => page.rows,
        // Nobody is signed in, or the person sees none: the box then offers nothing.
        Err(No::Refused(refusal)) if refusal.reason != Reason::TooMany => Vec::new(),
        Err(no) => return Err(no),
    };
    let rows = rows
        .iter()
        .map(|row| {
            let state = row.state.map(|ix| def.states[ix.0].label.get(visit.lang()));
            Suggestion {
                label: row.shown.as_str().into(),
                note: state.unwrap_or_default().into(),
                does: Does::Fills {
                    id: row.id.to_string().into(),
                },
            }
        })
        .collect();
    fragment(offered(visit, rows))
}

/// Divisions: below one that was unfolded, or by a part of the name or code.
pub fn divisions(visit: &Visit, sent: Sent) -> Paged {
    let places = visit.app().places();
    let under = sent.pairs.get("under");
    let typed = sent.pairs.get("q").trim();
    let codes = match (under, typed) {
        ("", "") => top(visit),
        ("", typed) => like(&places, typed),
        (under, _) => places
            .children(under)
            .into_iter()
            .map(|(code, _)| code)
            .collect(),
    };
    let mut rows = Vec::new();
    if let Some(above) = above(under) {
        rows.push(Suggestion {
            label: visit.say.one_up.into(),
            note: places.name(above).unwrap_or_default().to_owned().into(),
            does: Does::Unfolds {
                under: above.to_owned().into(),
            },
        });
    }
    rows.extend(
        codes
            .iter()
            .take(DIVISIONS_MAX)
            .map(|code| row(&places, code)),
    );
    fragment(offered(visit, rows))
}

fn offered(visit: &Visit, rows: Vec<Suggestion<'_>>) -> Markup {
    suggestions(
        &[Group {
            label: "".into(),
            rows,
        }],
        visit.say.search_nothing,
    )
}

/// Where a person begins: with the areas of the own unit, else with the provinces.
fn top(visit: &Visit) -> Vec<String> {
    let own: Vec<String> = visit
        .actor
        .areas
        .iter()
        .filter_map(|area| whole_code(area))
        .collect();
    match own.is_empty() {
        true => codes::divisions::provinces()
            .into_iter()
            .map(|d| d.code.to_owned())
            .collect(),
        false => own,
    }
}

/// Divisions whose code begins with, or whose name holds what was typed; counties before towns.
fn like(places: &Places, typed: &str) -> Vec<String> {
    let typed = codes::text::fold(typed).replace(' ', "");
    let digits = typed.bytes().all(|b| b.is_ascii_digit());
    let fits = |code: &str, name: &str| match digits {
        true => code.starts_with(&typed),
        false => name.contains(&typed),
    };
    let current = || {
        codes::divisions::all()
            .iter()
            .filter(|d| d.is_current() && !d.is_grouping())
    };
    let mut found: Vec<String> = current()
        .filter(|d| fits(d.code, d.name))
        .map(|d| d.code.to_owned())
        .collect();
    for county in current().filter(|d| !d.code.ends_with("00")) {
        if found.len() >= DIVISIONS_MAX {
            break;
        }
        let towns = places.children(county.code).into_iter();
        found.extend(
            towns
                .filter(|(code, name)| fits(code, name))
                .map(|(code, _)| code),
        );
    }
    // 浙江省杭州市萧山区: the whole name as the page itself writes it.
    if found.is_empty() {
        found = places.find(&typed);
    }
    found
}

/// The code of an area that is given as a prefix: 33 is 330000.
fn whole_code(area: &str) -> Option<String> {
    match area.len() {
        2 => Some(format!("{area}0000")),
        4 => Some(format!("{area}00")),
        6 | 9 | 12 => Some(area.to_owned()),
        _ => None,
    }
}

fn above(code: &str) -> Option<&str> {
    match code.len() {
        12 => Some(&code[..9]),
        9 => Some(&code[..6]),
        _ => None,
    }
}

fn row<'a>(places: &Places, code: &str) -> Suggestion<'a> {
    let id = code.to_owned().into();
    let does = match places.children(code).is_empty() {
        true => Does::Fills { id },
        false => Does::FillsAndUnfolds {
            id,
            under: code.to_owned().into(),
        },
    };
    Suggestion {
        label: places.full_name(code).into(),
        note: code.to_owned().into(),
        does,
    }
}
