//! What became of a batch: those that were refused with their reason, those that were done with the way
//! back.

use app::{BATCH_MAX, No, Saved, TodoRow};
use catalogue::{Action, Register, RegisterIx};
use http::StatusCode;
use kernel::Id;
use maud::{Markup, html};

use super::{PATH, item, page};
use crate::door::{Paged, Sent, Visit};
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
    let mut undoable = Vec::new();
    for (id, _) in &good {
        let left = after::seconds_left(visit, ix, *id)?;
        let undo = match left {
            0 => html! {},
            left => {
                undoable.push((*id, left));
                after::undo_one(visit, def, *id, left)
            }
        };
        passed.push((after::name_of(visit, ix, def, *id)?, *id, undo));
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
                (say.batch_done.replace("{a}", label).replace("{n}", &count(good.len()))) " "
                (undo_all(visit, def, &undoable)) }))
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

/// One button for the whole batch, with the key that takes a single act back elsewhere.
fn undo_all(visit: &Visit, def: &Register, undoable: &[(Id, i64)]) -> Markup {
    let Some(left) = undoable.iter().map(|(_, left)| *left).min() else {
        return html! {};
    };
    let label = visit
        .say
        .batch_undo
        .replace("{n}", &undoable.len().to_string());
    let within = html! {
        @for (id, _) in undoable { input type="hidden" name="item" value=(item(def, *id)); }
        (Button::plain(label).key("u").submit())
    };
    after::undoing(visit, &format!("{PATH}/undo"), left, &within)
}

/// Takes a whole batch back: each by itself, and what no longer can be is told with its reason.
pub fn undo(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let say = visit.say;
    let catalogue = visit.app().catalogue().clone();
    let (mut undone, mut stays) = (Vec::new(), Vec::new());
    for item in sent.pairs.all("item").take(BATCH_MAX) {
        let found = item.split_once('/').and_then(|(path, id)| {
            Some((catalogue.register_by_path(path)?, id.parse::<Id>().ok()?))
        });
        let Some((ix, id)) = found else {
            continue;
        };
        let def = catalogue.at(ix);
        let outcome = visit.app().undo_act(&visit.actor, ix, id);
        // Who may not see it is not told its name.
        let name = after::name_of(visit, ix, def, id)?;
        let beside = why(visit, &outcome);
        let lines = match outcome {
            Ok(_) => &mut undone,
            Err(_) => &mut stays,
        };
        lines.push((def, (name, id, beside)));
    }
    let count = |n: usize| n.to_string();
    let body = html! {
        @if !stays.is_empty() {
            (notice(visit.words, Kind::Warning, &html! {
                (say.batch_undo_failed.replace("{n}", &count(stays.len()))) }))
            (groups(visit, say.batch_undo_left, &stays))
        }
        @if !undone.is_empty() {
            (notice(visit.words, Kind::Success, &html! {
                (say.batch_undone.replace("{n}", &count(undone.len()))) }))
            (groups(visit, say.undo, &undone))
        }
        p.form-acts { (Button::primary(say.did_list).link(todo::PATH)) }
    };
    page(visit, StatusCode::OK, say.batch_undo_title.to_owned(), body)
}

fn groups(visit: &Visit, title: &str, lines: &[(&Register, (String, Id, Markup))]) -> Markup {
    html! {
        @for group in lines.chunk_by(|a, b| a.0.name == b.0.name) {
            @let of: Vec<(String, Id, Markup)> = group.iter().map(|(_, line)| line.clone()).collect();
            (outcomes(visit, group[0].0, title, &of))
        }
    }
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
