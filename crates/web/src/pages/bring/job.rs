//! One import: watched while it runs, then its result; a tried file can go in from here.

use app::{JobState, JobView, Report, ToldRow};
use axum::body::Body;
use axum::response::Response;
use catalogue::{Register, RegisterIx};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use kernel::Id;
use maud::{Markup, html};

use super::job_href;
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::{self, Parts, list_href};
use crate::pages::record::attachment;
use crate::pages::shows::thousands;
use crate::pages::when_recorded::moment_text;
use crate::ui::Link;
use crate::ui::button::{Button, Weight};
use crate::ui::figure::card;
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Page, csrf};
use crate::ui::progress::{Progress, Running, progress};
use crate::ui::table::{Column, Holds, small_table};

/// Remarks told of how often each was made.
const TALLY_SHOWN: usize = 20;
/// Rows told one by one.
const ROWS_SHOWN: usize = 20;

pub fn show(visit: &Visit, _: RegisterIx, def: &Register, id: Id) -> Paged {
    visit.session()?;
    let job = visit.app().import_job(&visit.actor, id)?;
    let say = visit.say;
    let body = html! {
        (region(visit, def, &job))
        @if job.state != JobState::Running {
            @if let Some(report) = &job.report { (told(visit, def, &job, report)) }
        }
    };
    let notices = html! {
        @match &job.state {
            JobState::Running => (notice(visit.words, Kind::Info, &html! { (say.bring.import_may_leave) })),
            JobState::Failed(why) => (notice(visit.words, Kind::Error, &html! {
                @for line in why.get(visit.lang()).lines() { p { (line) } }
            })),
            JobState::Undone => (notice(visit.words, Kind::Info, &html! { (say.bring.import_undone) })),
            JobState::Done => (done(visit, &job)),
        }
    };
    let crumbs = [
        Link::new(def.title.get(visit.lang()).to_owned(), list_href(&def.path)),
        Link::new(say.imports, "/imports"),
    ];
    let parts = Parts::of(visit);
    let title = format!("{}{}", say.bring.import_of, def.title.get(visit.lang()));
    let page = Page {
        body,
        notices,
        crumbs: &crumbs,
        lead: Some(html! { (job.title) " · " (moment_text(job.began_at)) }),
        acts: Some(acts(visit, def, &job)),
        ..parts.page(visit, title)
    };
    frame::ok(&page)
}

fn done(visit: &Visit, job: &JobView) -> Markup {
    let say = visit.say;
    let Some(report) = &job.report else {
        return html! {};
    };
    let (kind, words) = match (job.dry_run, report.broken_off.is_some()) {
        (_, true) => (Kind::Warning, say.bring.import_broken_off),
        (true, false) => (Kind::Info, say.bring.import_tried),
        (false, false) => (Kind::Success, say.bring.import_done),
    };
    notice(
        visit.words,
        kind,
        &html! {
            (words)
            @if let Some(why) = &report.broken_off { " " (why) }
        },
    )
}

/// What can be done with the import now.
fn acts(visit: &Visit, def: &Register, job: &JobView) -> Markup {
    let say = visit.say;
    let href = job_href(def, job.id);
    let post = |action: String, button: Button<'_>| {
        html! {
            form.inline method="post" action=(action) { (csrf(&visit.csrf())) (button.submit()) }
        }
    };
    html! {
        @if job.state == JobState::Running {
            (post(format!("{href}/stop"), Button::plain(say.bring.import_stop)))
        }
        @if job.has_wrong_rows { (Button::plain(say.bring.import_wrong_copy).link(&format!("{href}/wrong"))) }
        @if job.can_undo { (Button::new(say.bring.import_undo, Weight::Grave).link(&format!("{href}/undo"))) }
        @if job.state != JobState::Running {
            (Button::plain(say.bring.import_another).link(&format!("/{}/import", def.path)))
        }
        @if job.can_go_ahead && job.state == JobState::Done { (post(href.clone(), Button::primary(say.bring.import_go))) }
    }
}

/// The region that asks for itself again while the import runs.
fn region(visit: &Visit, def: &Register, job: &JobView) -> Markup {
    let say = visit.say;
    let reached = &job.reached;
    let running = job.state == JobState::Running;
    let rate = thousands(reached.rate.max(0.0).round() as u64);
    let pace = match reached.left.filter(|_| running) {
        Some(left) => {
            let pace = say.bring.import_pace_left.replace("{n}", &rate);
            pace.replace("{left}", &left.as_secs().max(1).to_string())
        }
        None => say.bring.import_pace.replace("{n}", &rate),
    };
    let counts = vec![
        (say.bring.import_new.into(), thousands(reached.new).into()),
        (
            say.bring.import_changed.into(),
            thousands(reached.changed).into(),
        ),
        (say.bring.import_same.into(), thousands(reached.same).into()),
        (
            say.bring.import_wrong.into(),
            thousands(reached.wrong).into(),
        ),
    ];
    let done = match running {
        true if reached.bytes_total == 0 => None,
        true => Some((reached.share() * 1000.0).clamp(0.0, 1000.0) as u16),
        false => Some(1000),
    };
    progress(
        visit.words,
        &Progress {
            id: "progress",
            href: job_href(def, job.id).into(),
            title: match (running, job.dry_run) {
                (true, true) => say.bring.import_trying,
                (true, false) => say.bring.import_running,
                (false, true) => say.bring.import_try_result,
                (false, false) => say.bring.import_result,
            }
            .into(),
            done_per_mille: done,
            pace: pace.into(),
            counts,
            state: if running {
                Running::Running
            } else {
                Running::Over
            },
        },
    )
}

fn told(visit: &Visit, def: &Register, job: &JobView, report: &Report) -> Markup {
    let say = visit.say;
    html! {
        @if !report.left_out.is_empty() || !report.unused_columns.is_empty() {
            (card(say.bring.import_columns, None, &html! {
                ul {
                    @for why in &report.left_out { li { (why) } }
                    @if !report.unused_columns.is_empty() {
                        li { (say.bring.import_unused) (report.unused_columns.join(visit.words.comma)) }
                    }
                }
            }))
        }
        (tally(visit, say.bring.import_tally, &report.tally))
        (tally(visit, say.bring.import_checks, &report.checks))
        (rows(visit, say.bring.import_wrong_rows, &report.wrong_rows))
        (rows(visit, say.bring.import_warned_rows, &report.warned_rows))
        @if job.has_wrong_rows {
            p.note { (say.bring.import_wrong_note.replace("{n}", &app::WRONG_ROWS_KEPT_HOURS.to_string())) }
        }
        @if !job.dry_run && report.new + report.changed > 0 {
            p { a href=(list_href(&def.path)) { (say.bring.import_to_list) } }
        }
    }
}

fn tally(visit: &Visit, title: &str, tally: &[(String, u64)]) -> Markup {
    if tally.is_empty() {
        return html! {};
    }
    let heads = [
        Column::new(visit.say.bring.remark, Holds::Prose),
        Column::new(visit.say.bring.times, Holds::Number),
    ];
    let rows: Vec<_> = tally
        .iter()
        .take(TALLY_SHOWN)
        .map(|(remark, times)| vec![html! { (remark) }, html! { (thousands(*times)) }])
        .collect();
    card(title, None, &small_table(title, &heads, &rows))
}

fn rows(visit: &Visit, title: &str, told: &[ToldRow]) -> Markup {
    if told.is_empty() {
        return html! {};
    }
    let heads = [
        Column::new(visit.say.bring.line, Holds::Number),
        Column::new(visit.say.bring.remark, Holds::Prose),
    ];
    let rows: Vec<_> = told
        .iter()
        .take(ROWS_SHOWN)
        .map(|row| {
            vec![
                html! { (thousands(row.line)) },
                html! { (row.remarks.join(visit.words.semicolon)) },
            ]
        })
        .collect();
    card(title, None, &small_table(title, &heads, &rows))
}

/// A tried file goes in.
pub fn confirm(visit: &Visit, _: RegisterIx, def: &Register, id: Id, _: Sent) -> Paged {
    visit.session()?;
    let job = visit.app().go_ahead(&visit.actor, id)?;
    see(&job_href(def, job))
}

/// Ends a running import after the batch that is being written.
pub fn stop(visit: &Visit, _: RegisterIx, def: &Register, id: Id, _: Sent) -> Paged {
    visit.session()?;
    visit.app().stop_import(&visit.actor, id)?;
    see(&job_href(def, id))
}

/// The copy of the wrong rows, each with its remark.
pub fn wrong(visit: &Visit, _: RegisterIx, _: &Register, id: Id) -> Paged {
    visit.session()?;
    let (name, content) = visit.app().wrong_rows(&visit.actor, id)?;
    let kind = match name.rsplit_once('.') {
        Some((_, "xlsx")) => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "text/csv",
    };
    let mut answer = Response::new(Body::from(content));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_DISPOSITION, attachment(&name));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}
