//! Lists: a page of records for a question, how many answer it, and how many of each colour.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use catalogue::{RegisterIx, Verb};
use http::StatusCode;
use http::header::LINK;

use self::asked::pairs;
pub use self::asked::{Wanted, filterable, not_in_addresses, understood};
pub use self::colours::{count_colours, groupable};
use crate::body::Body;
use crate::door::{Door, Visit, json, with_header};
use crate::problem::Problem;
use crate::question::{Question, encoded};
use crate::write;

mod asked;
mod colours;

/// Longest search text, condition, filter, cursor.
pub const WORDS_CHARS_MAX: usize = 100;
pub const CONDITION_CHARS_MAX: usize = 1_000;
pub const CURSOR_CHARS_MAX: usize = 2_000;
/// Longest filter in an address; every filter at its longest still fits into one.
pub const FILTER_CHARS_MAX: usize = 100;
/// Longest filter in a body, for lists of ids.
pub const BODY_FILTER_CHARS_MAX: usize = 4_000;
pub const COLUMNS_CHARS_MAX: usize = 1_000;
pub const NAME_CHARS_MAX: usize = 100;
/// Groups counted by colour at once: each takes a count for every colour.
pub const GROUPS_MAX: usize = 40;

/// Asks for every field.
pub const EVERY_COLUMN: &str = "*";

/// Names that questions use for themselves; the rest are filters by field.
pub const OWN_NAMES: &[&str] = &[
    "q", "where", "sort", "limit", "after", "list", "columns", "as_of", "count",
];

pub async fn list_records(
    State(door): State<Door>,
    Path(register): Path<String>,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        let (ix, def) = visit.register_for(&register, Verb::See)?;
        let wanted = understood(def, visit.question()?, FILTER_CHARS_MAX)?;
        not_in_addresses(def, &wanted.ask)?;
        let (body, next) = page(visit, ix, &wanted)?;
        let answer = json(StatusCode::OK, body);
        Ok(match next {
            Some(next) => with_header(answer, LINK, &link(visit, &next)),
            None => answer,
        })
    })
    .await
}

/// The same question in a body, so that nothing personal stands in an address.
pub async fn query_records(
    State(door): State<Door>,
    Path(register): Path<String>,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.no_question()?;
        let (ix, def) = visit.register_for(&register, Verb::See)?;
        crate::once::key(&sent.headers)?;
        let pairs = pairs(Body::read(sent)?)?;
        let wanted =
            understood(def, Question::of(pairs), BODY_FILTER_CHARS_MAX).map_err(|p| p.in_body())?;
        let (body, _) = page(visit, ix, &wanted).map_err(|p| p.in_body())?;
        Ok(json(StatusCode::OK, body))
    })
    .await
}

fn page(
    visit: &Visit,
    register: RegisterIx,
    wanted: &Wanted,
) -> Result<(String, Option<String>), Problem> {
    let app = visit.app();
    let (page, _) = app
        .list(&visit.actor, register, &wanted.ask)
        .map_err(|no| Problem::from(no).in_query())?;
    let mut out = String::with_capacity(1_024 * (page.rows.len() + 1));
    out.push('{');
    write::member(&mut out, "items");
    write::array(&mut out, &page.rows, |out, row| {
        write::row(out, app.catalogue(), row)
    });
    for (name, cursor) in [("next", &page.next), ("previous", &page.previous)] {
        write::member(&mut out, name);
        match cursor {
            Some(cursor) => write::quoted(&mut out, cursor),
            None => out.push_str("null"),
        }
    }
    write::member(&mut out, "names");
    write::write_names(&mut out, app.catalogue(), &page.names);
    if wanted.count {
        let count = app.count(&visit.actor, register, &wanted.ask);
        write::member(&mut out, "count");
        write::count(&mut out, count.map_err(|no| Problem::from(no).in_query())?);
    }
    out.push('}');
    Ok((out, page.next))
}

fn link(visit: &Visit, next: &str) -> String {
    let kept = visit
        .query_text()
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("after"));
    let query: Vec<String> = kept
        .map(str::to_owned)
        .chain([format!("after={}", encoded(next))])
        .collect();
    format!("<{}?{}>; rel=\"next\"", visit.path, query.join("&"))
}
