//! A whole register or what a question asks of it, streamed as a sheet.

use app::{Ask, ExportFormat, Labels};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use catalogue::{RegisterIx, Verb};
use speech::said;

use crate::door::{Door, Visit};
use crate::lists;
use crate::outgoing::{self, Outlet};
use crate::problem::{Code, Problem};

/// Values of `format` and the ending and type of the file.
pub const FORMATS: &[(&str, ExportFormat, &str, &str)] = &[
    ("csv", ExportFormat::Csv, "csv", "text/csv; charset=utf-8"),
    (
        "plain_csv",
        ExportFormat::PlainCsv,
        "csv",
        "text/csv; charset=utf-8",
    ),
    (
        "xlsx",
        ExportFormat::Xlsx,
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
];
pub const LABELS: &[(&str, Labels)] = &[("names", Labels::Names), ("words", Labels::Words)];

struct Wanted {
    actor: kernel::Actor,
    register: RegisterIx,
    title: String,
    ask: Ask,
    format: &'static (&'static str, ExportFormat, &'static str, &'static str),
    labels: Labels,
}

pub async fn export_records(
    State(door): State<Door>,
    Path(register): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let asked = door.asked(&parts);
    let trace = asked.trace().to_owned();
    let wanted = door.ask(asked, move |visit| wanted(visit, &register)).await;
    let streamed = match wanted {
        Ok(wanted) => stream(&door, wanted).await,
        Err(problem) => Err(problem),
    };
    streamed.unwrap_or_else(|problem| problem.answer(&trace))
}

fn wanted(visit: &Visit, register: &str) -> Result<Wanted, Problem> {
    let (ix, def) = visit.register_for(register, Verb::Export)?;
    let mut question = visit.question()?;
    let word = question.take("format").unwrap_or_else(|| "csv".to_owned());
    let Some(format) = FORMATS.iter().find(|(name, ..)| *name == word) else {
        return Err(Problem::parameter(
            "format",
            "choice",
            said!("format 应是 csv、plain_csv 或 xlsx" / "format should be csv, plain_csv or xlsx"),
        ));
    };
    let word = question
        .take("labels")
        .unwrap_or_else(|| "names".to_owned());
    let Some((_, labels)) = LABELS.iter().find(|(name, _)| *name == word) else {
        return Err(Problem::parameter(
            "labels",
            "choice",
            said!("labels 应是 names 或 words" / "labels should be names or words"),
        ));
    };
    for name in ["limit", "after", "count"] {
        if question.take(name).is_some() {
            return Err(crate::question::unknown(name));
        }
    }
    let columns = question.take("columns");
    let mut ask = lists::understood(def, question, lists::FILTER_CHARS_MAX)?.ask;
    ask.columns = match columns.as_deref() {
        None | Some(lists::EVERY_COLUMN) => None,
        Some(text) => Some(text.split(',').map(str::to_owned).collect()),
    };
    lists::not_in_addresses(def, &ask)?;
    let actor = visit.actor.clone();
    Ok(Wanted {
        actor,
        register: ix,
        title: def.title.zh.clone(),
        ask,
        format,
        labels: *labels,
    })
}

async fn stream(door: &Door, wanted: Wanted) -> Result<Response, Problem> {
    let (outlet, breaker, mut receive) = Outlet::new();
    let app = door.app().clone();
    let Wanted {
        actor,
        register,
        title,
        ask,
        format,
        labels,
    } = wanted;
    let (_, kind, ending, mime) = *format;
    let exporting = tokio::task::spawn_blocking(move || {
        let done = app.export(&actor, register, &ask, (kind, labels), outlet);
        if let Err(no) = done {
            breaker.break_off();
            return Err(Problem::from(no).in_query());
        }
        Ok(())
    });
    match receive.recv().await {
        Some(Ok(first)) => {
            let body = outgoing::streaming(Ok(first), receive);
            Ok(outgoing::attachment(
                &format!("{title}.{ending}"),
                mime,
                body,
            ))
        }
        // Nothing was written yet, so the refusal can still be told.
        Some(Err(_)) | None => match exporting.await {
            Ok(Err(problem)) => Err(problem),
            _ => Err(Problem::bare(Code::Broken)),
        },
    }
}
