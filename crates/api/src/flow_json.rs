//! Matters, turns and clocks as they are sent.

use app::{
    ClockView, Count, Matter, PublicComment, PublicMatter, PublicStep, Step, TodoCounts, TodoRow,
    Turn,
};
use kernel::{Catalogue, Moment};
use serde_json::{Value, json};
use speech::{Lang, Said};

pub fn todo_row(catalogue: &Catalogue, row: &TodoRow, lang: Lang) -> Value {
    let def = catalogue.at(row.register);
    let state = def.state(&row.at_state).map(|state| &def.states[state.0]);
    json!({
        "turn": row.task.map(|id| id.to_string()),
        "register": def.name,
        "id": row.record.to_string(),
        "shown": row.shown.as_ref().map(|named| &named.shown),
        "at_state": row.at_state,
        "step": state.map_or(row.at_state.as_str(), |state| state.label.get(lang)),
        "began_at": moment(row.began_at),
        "due_at": row.due_at.map(moment),
        "days_left": row.days_left,
        "lamp": row.lamp.word(),
        "outcome": row.outcome,
        "claimed": row.claimed,
        "is_new": row.is_new,
        "reminded": row.reminded,
        "on_behalf": row.on_behalf,
    })
}

pub fn counts(counts: &TodoCounts) -> Value {
    json!({
        "todo": count(counts.todo),
        "overdue": count(counts.overdue),
        "copies": count(counts.copies),
    })
}

pub fn count(count: Count) -> Value {
    match count {
        Count::Exactly(n) => json!({ "exactly": n }),
        Count::MoreThan(n) => json!({ "more_than": n }),
    }
}

pub fn matter(catalogue: &Catalogue, matter: &Matter, lang: Lang) -> Value {
    let def = catalogue.at(matter.register);
    let steps: Vec<Value> = matter.steps.iter().map(|s| step(def, s, lang)).collect();
    let state = matter.state.map(|state| &def.states[state.0]);
    json!({
        "register": def.name,
        "id": matter.record.to_string(),
        "shown": matter.shown,
        "public_no": matter.public_no,
        "standing": matter.standing.word(),
        "at_state": state.map(|state| &state.name),
        "began_at": moment(matter.began_at),
        "ended_at": matter.ended_at.map(moment),
        "mine": matter.is_mine(),
        "flow_changed": matter.flow_changed,
        "undo_until": matter.undo_until.map(moment),
        "steps": steps,
        "clocks": clocks(&matter.clocks, lang),
    })
}

fn step(def: &kernel::Register, step: &Step, lang: Lang) -> Value {
    let turns: Vec<Value> = step.turns.iter().map(|t| turn(t, lang)).collect();
    json!({
        "number": step.number,
        "at_state": step.state.map(|state| &def.states[state.0].name),
        "step": step.label.get(lang),
        "began_at": moment(step.began_at),
        "ended_at": step.ended_at.map(moment),
        "due_at": step.due_at.map(moment),
        "days_left": step.days_left,
        "overdue_days": step.overdue_days,
        "late": step.late,
        "lamp": step.lamp.word(),
        "outcome": told(step.outcome.as_ref(), lang),
        "turns": turns,
    })
}

fn turn(turn: &Turn, lang: Lang) -> Value {
    let roles: Vec<&str> = turn.roles.iter().map(|role| role.get(lang)).collect();
    let acts: Vec<&str> = turn.acts.iter().map(|act| act.word()).collect();
    json!({
        "turn": turn.task.to_string(),
        "kind": turn.kind.word(),
        "roles": roles,
        "unit": turn.unit,
        "person": turn.person,
        "on_behalf": turn.on_behalf,
        "mine": turn.mine,
        "open": turn.open,
        "claimed": turn.claimed,
        "nobody": turn.nobody,
        "began_at": moment(turn.began_at),
        "due_at": turn.due_at.map(moment),
        "done_at": turn.done_at.map(moment),
        "outcome": told(turn.outcome.as_ref(), lang),
        "asked": turn.asked,
        "said": turn.said,
        "one_person": turn.one_person,
        "reminded": turn.reminded,
        "acts": acts,
    })
}

pub fn public_matter(catalogue: &Catalogue, matter: &PublicMatter, lang: Lang) -> Value {
    let def = catalogue.at(matter.register);
    let steps: Vec<Value> = matter.steps.iter().map(|s| public_step(s, lang)).collect();
    json!({
        "public_no": matter.public_no,
        "title": def.title.get(lang),
        "standing": matter.standing.word(),
        "began_at": moment(matter.began_at),
        "ended_at": matter.ended_at.map(moment),
        "ended_as": told(matter.ended_as.as_ref(), lang),
        "steps": steps,
        "clocks": clocks(&matter.clocks, lang),
        "comments": matter.comments.iter().map(public_comment).collect::<Vec<_>>(),
    })
}

fn public_comment(comment: &PublicComment) -> Value {
    json!({
        "said_at": moment(comment.said_at),
        "words": comment.words,
        "answer": comment.answer,
    })
}

fn public_step(step: &PublicStep, lang: Lang) -> Value {
    let roles: Vec<&str> = step.roles.iter().map(|role| role.get(lang)).collect();
    json!({
        "step": step.label.get(lang),
        "roles": roles,
        "units": step.units.iter().map(|unit| unit.get(lang)).collect::<Vec<_>>(),
        "began_at": moment(step.began_at),
        "ended_at": step.ended_at.map(moment),
        "due_at": step.due_at.map(moment),
        "days_left": step.days_left,
        "overdue_days": step.overdue_days,
        "late": step.late,
        "lamp": step.lamp.word(),
    })
}

fn clocks(clocks: &[ClockView], lang: Lang) -> Vec<Value> {
    clocks.iter().map(|view| clock(view, lang)).collect()
}

fn clock(clock: &ClockView, lang: Lang) -> Value {
    let pauses: Vec<Value> = clock
        .pauses
        .iter()
        .map(|pause| {
            json!({
                "from": moment(pause.from),
                "until": pause.until.map(moment),
                "reason": pause.reason.get(lang),
                "law": pause.law,
            })
        })
        .collect();
    let sheet: Vec<Value> = clock
        .sheet
        .iter()
        .map(|day| {
            json!({
                "day": day.date.to_string(),
                "counts": day.counts,
                "why": day.why.get(lang),
                "last": day.last,
            })
        })
        .collect();
    json!({
        "name": clock.name,
        "title": clock.title.get(lang),
        "law": clock.law,
        "limit": clock.limit.get(lang),
        "promised": told(clock.promised.as_ref(), lang),
        "started_at": moment(clock.started_at),
        "due_at": clock.due_at.map(moment),
        "promised_until": clock.promised_until.map(moment),
        "ended_at": clock.ended_at.map(moment),
        "stands_still_since": clock.stands_still.as_ref().map(|(since, _)| moment(*since)),
        "days_left": clock.days_left,
        "overdue_days": clock.overdue_days,
        "late": clock.late,
        "lamp": clock.lamp.word(),
        "provisional": clock.provisional,
        "extended_by": clock.extension.as_ref().map(|extension| extension.by.get(lang)),
        "pauses": pauses,
        "sheet": sheet,
    })
}

fn told(said: Option<&Said>, lang: Lang) -> Option<&str> {
    said.map(|said| said.get(lang))
}

fn moment(moment: Moment) -> String {
    moment.to_string()
}
