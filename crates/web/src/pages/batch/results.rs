//! What became of a batch: those that were refused with their reason, those that were done with the way
//! back.

use app::{No, Saved, TodoRow};
use catalogue::{Action, Register, RegisterIx};
use http::StatusCode;
use kernel::Id;
use maud::{Markup, html};

use super::page;
use crate::door::{Paged, Visit};
use crate::pages::record::record_href;
use crate::pages::{after, shows, todo};
use crate::ui::button::Button;
use crate::ui::notice::{Kind, notice};

/// What became of each; what failed first.
pub fn results(
    visit: &Visit,
    (ix, def, action): (RegisterIx, &Register, &Action),
    done: &[(Id, app::Outcome<Saved>)],
) -> Paged {
    let say = visit.say;
    let label = action.label.get(visit.lang());
    let (good, bad): (Vec<_>, Vec<_>) = done.iter().partition(|(_, outcome)| outcome.is_ok());
    let count = |n: usize| n.to_string();
    let mut failed = Vec::new();
    for (id, outcome) in &bad {
        failed.push((
            after::name_of(visit, ix, def, *id)?,
            *id,
            why(visit, outcome),
        ));
    }
    let mut passed = Vec::new();
    for (id, _) in &good {
        passed.push((
            after::name_of(visit, ix, def, *id)?,
            *id,
            after::undo_form(visit, ix, def, *id)?,
        ));
    }
    let next = visit
        .app()
        .next_todo(&visit.actor, &app::Place::default())?;
    let body = html! {
        @if !bad.is_empty() {
            (notice(visit.words, Kind::Warning, &html! {
                (say.batch_failed.replace("{n}", &count(bad.len()))) }))
            (outcomes(visit, def, say.batch_left, &failed))
        }
        @if !good.is_empty() {
            (notice(visit.words, Kind::Success, &html! {
                (say.batch_done.replace("{a}", label).replace("{n}", &count(good.len()))) }))
            (outcomes(visit, def, label, &passed))
        }
        p.form-acts {
            @if let Some(row) = &next { (Button::primary(say.batch_next).key("n").link(&row_href(visit, row))) " " }
            (Button::plain(say.did_list).link(todo::PATH))
        }
    };
    let title = say
        .batch_title
        .replace("{a}", label)
        .replace("{n}", &count(done.len()));
    page(visit, StatusCode::OK, title, body)
}

fn row_href(visit: &Visit, row: &TodoRow) -> String {
    record_href(visit.app().catalogue().at(row.register), row.record)
}

fn outcomes(visit: &Visit, def: &Register, title: &str, lines: &[(String, Id, Markup)]) -> Markup {
    html! {
        section.card.batch-result {
            div.card-head { h2 { (title) } }
            ul.lines {
                @for (name, id, beside) in lines {
                    li { a href=(record_href(def, *id)) { (shows::marked(visit, name)) } " " (beside) }
                }
            }
        }
    }
}

fn why(visit: &Visit, outcome: &app::Outcome<Saved>) -> Markup {
    let lang = visit.lang();
    match outcome {
        Ok(_) => html! {},
        Err(No::Refused(refusal)) => {
            let blames = refusal.blames.iter().map(|blame| blame.message.get(lang));
            let mut said: Vec<&str> = blames.collect();
            if said.is_empty() {
                said.push(refusal.message.get(lang));
            }
            html! { span.error { (said.join(visit.words.semicolon)) } }
        }
        Err(No::Broke(error)) => {
            tracing::error!(trace = %visit.trace, error = error as &dyn std::error::Error, "One of a batch broke");
            html! { span.error { (visit.say.broke_message) } }
        }
    }
}
