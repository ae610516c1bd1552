//! The sheet of the same question that a list answers, for download.

use app::{ExportFormat, Labels};
use axum::response::Response;
use catalogue::{Register, RegisterIx};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use kernel::Refusal;

use super::Question;
use crate::door::{Paged, Visit, written};
use crate::pages::record::attachment;

pub fn show(visit: &Visit, ix: RegisterIx, def: &Register) -> Paged {
    let question = Question::read(visit, ix, def);
    let mut ask = question
        .ask(visit, ix)
        .map_err(|blame| Refusal::invalid(vec![blame]))?;
    if ask.list.is_none() && !ask.unlisted {
        // What the page shows without being asked is the first declared list.
        ask.list = def.lists.first().map(|list| list.name.clone());
    }
    let (format, ending, kind) = match visit.query.get("format") {
        "xlsx" => (
            ExportFormat::Xlsx,
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        _ => (ExportFormat::Csv, "csv", "text/csv; charset=utf-8"),
    };
    let title = def.title.get(visit.lang());
    let name = format!("{title}-{}.{ending}", visit.app().now().local_date());
    let (app, actor) = (visit.app().clone(), visit.actor.clone());
    let body = written(move |out| {
        app.export(&actor, ix, &ask, (format, Labels::Words), out)
            .map(|_| ())
    })?;
    let mut answer = Response::new(body);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_DISPOSITION, attachment(&name));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}
