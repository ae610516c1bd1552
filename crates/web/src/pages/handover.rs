//! Hand-overs (移交待办): everything open is offered to a successor, who picks, and the giver confirms.

use app::{HandoverStage, HandoverView, No, TodoRow};
use kernel::{Blame, Id, Reason, Refusal};
use maud::{Markup, html};

use super::blamed::{self, Blamed};
use super::shows;
use super::when_recorded::moment_short;
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::{self, Parts};
use crate::pairs::Pairs;
use crate::ui::batch::batch_form;
use crate::ui::button::Button;
use crate::ui::field::field;
use crate::ui::page::{Page, csrf};
use crate::ui::table::{Column, Holds, Row, Table, table};

pub const PATH: &str = "/account/handover";
const ONE: &str = "/account/handover/one";
const PICK: &str = "/account/handover/pick";
const CONFIRM: &str = "/account/handover/confirm";
const WITHDRAW: &str = "/account/handover/withdraw";
/// The name of the tick boxes.
const TURN: &str = "turn";

pub fn show(visit: &Visit) -> Paged {
    visit.session()?;
    let typed = visit.draft();
    page(visit, typed.as_ref().unwrap_or(&visit.query), &[])
}

/// Whose tasks: one's own, or those of somebody who has left.
fn giver(visit: &Visit, typed: &Pairs) -> Result<Id, No> {
    match typed.filled("giver") {
        Some(id) => Ok(id.parse().map_err(|_| Refusal::not_found())?),
        None => Ok(visit.session()?.person.actor.account),
    }
}

fn page(visit: &Visit, typed: &Pairs, blames: &[Blame]) -> Paged {
    let (say, w) = (visit.say, visit.words);
    let giver = giver(visit, typed)?;
    let tasks = visit.app().handed(&visit.actor, giver)?;
    let running = visit.app().handovers(&visit.actor)?;
    let people = visit.app().successors(&visit.actor, giver)?;
    let form = Blamed { visit, blames };
    let whom = blamed::people(visit, &people, typed.get("to"));
    let why = blamed::words(typed.get("reason"), 2);
    let rows = tasks.iter().map(|task| line(visit, task, "", None));
    let body = html! {
        (form.summary())
        @if !running.is_empty() {
            section.card {
                div.card-head { h2 { (say.posts.handover_running) } }
                ul.card-body { @for one in &running {
                    li { a href={ (ONE) "?id=" (one.id) } { (title(visit, one)) } " " (stage(visit, one.stage)) }
                } }
            }
        }
        form.card method="post" action=(PATH) novalidate {
            (csrf(&visit.csrf()))
            input type="hidden" name="_who" value=(visit.mark());
            input type="hidden" name="giver" value=(giver);
            div.card-head { h2 { (say.posts.handover_offer) } }
            div.card-body { p { (say.posts.handover_lead) } }
            div.fields.is-single {
                @if people.is_empty() { p.note { (say.turn_nobody) } }
                (field(w, &form.field("to", say.posts.handover_to), &whom))
                (field(w, &form.field("reason", say.turn_reason), &why))
            }
            @if !tasks.is_empty() {
                div.form-acts { (Button::primary(say.posts.handover_offer).submit()) }
            }
        }
        section.card { (list(visit, rows.collect(), None)) }
    };
    let parts = Parts::of(visit);
    form.answer(Page {
        body,
        ..parts.page(visit, say.posts.handover.to_owned())
    })
}

fn list(visit: &Visit, rows: Vec<Row<'_>>, ticks: Option<&str>) -> Markup {
    let say = visit.say;
    let whole = Table {
        caption: say.posts.handover_tasks.into(),
        columns: vec![
            Column::new(say.todo, Holds::Text),
            Column::new(say.state, Holds::Text),
            Column::new(say.posts.handover_since, Holds::Date),
            Column::new("", Holds::Text),
        ],
        rows,
        main: 0,
        ticks,
        empty: html! { p.card-body { (say.posts.handover_nothing) } },
    };
    table(visit.words, &whole)
}

fn line<'a>(visit: &Visit, task: &'a TodoRow, id: &str, note: Option<&'static str>) -> Row<'a> {
    let catalogue = visit.app().catalogue();
    let def = catalogue.at(task.register);
    let state = def.state(&task.at_state).map(|ix| &def.states[ix.0]);
    let named = task.shown.as_ref().map(|named| named.shown.clone());
    // Who hands over for another does not see the business, and is told the register.
    let name = named.unwrap_or_else(|| def.title.get(visit.lang()).to_owned());
    Row {
        id: id.to_owned().into(),
        name: name.clone().into(),
        href: task
            .shown
            .as_ref()
            .map(|_| format!("/{}/{}", def.path, task.record).into()),
        cells: vec![
            html! { (shows::marked(visit, &name)) },
            html! { @if let Some(state) = state { (state.label.get(visit.lang())) } },
            html! { (moment_short(task.began_at)) },
            html! { @if let Some(note) = note { (note) } },
        ],
    }
}

fn title(visit: &Visit, one: &HandoverView) -> String {
    let title = visit.say.posts.handover_title.replace("{a}", &one.giver);
    title.replace("{b}", &one.receiver)
}

fn stage(visit: &Visit, stage: HandoverStage) -> &'static str {
    match stage {
        HandoverStage::Offered => visit.say.posts.handover_offered,
        HandoverStage::Picked => visit.say.posts.handover_picked,
        HandoverStage::Done => visit.say.posts.handover_done,
        HandoverStage::Void => visit.say.posts.handover_void,
    }
}

fn asked(pairs: &Pairs) -> Result<Id, No> {
    Ok(pairs.get("id").parse().map_err(|_| Refusal::not_found())?)
}

pub fn show_one(visit: &Visit) -> Paged {
    visit.session()?;
    let say = visit.say;
    let one = visit.app().handover(&visit.actor, asked(&visit.query)?)?;
    let rows = one.tasks.iter().map(|task| {
        let id = task.row.task.filter(|_| one.may_pick && task.fits);
        let id = id.map(|id| id.to_string()).unwrap_or_default();
        line(
            visit,
            &task.row,
            &id,
            (!task.fits).then_some(say.posts.handover_not),
        )
    });
    let ticks = one.may_pick.then_some(TURN);
    let tasks = list(visit, rows.collect(), ticks);
    let button = |action: &str, label: &'static str| {
        html! {
            form method="post" action=(action) {
                (csrf(&visit.csrf()))
                input type="hidden" name="id" value=(one.id);
                div.form-acts { (Button::plain(label).submit()) }
            }
        }
    };
    let body = html! {
        p { (stage(visit, one.stage)) }
        section.card {
            @if one.may_pick {
                (batch_form(visit.words, &format!("{PICK}?id={}", one.id), &visit.csrf(), &[Button::primary(say.posts.handover_pick)], &tasks))
            } @else { (tasks) }
        }
        @if one.may_pick {
            form method="post" action={ (PICK) "?id=" (one.id) } {
                (csrf(&visit.csrf()))
                @for task in one.tasks.iter().filter(|task| task.fits) {
                    @if let Some(id) = task.row.task { input type="hidden" name=(TURN) value=(id); }
                }
                div.form-acts { (Button::plain(say.posts.handover_all).submit()) }
            }
        }
        @if one.may_confirm { (button(CONFIRM, say.posts.handover_confirm)) }
        @if one.may_withdraw { (button(WITHDRAW, say.posts.handover_withdraw)) }
    };
    let parts = Parts::of(visit);
    frame::ok(&Page {
        body,
        ..parts.page(visit, title(visit, &one))
    })
}

pub fn offer(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let typed = &sent.pairs;
    let giver = giver(visit, typed)?;
    let to = typed.get("to").parse().unwrap_or(giver);
    let reason = typed.get("reason");
    match visit.app().offer_handover(&visit.actor, giver, to, reason) {
        Ok(saved) => see(&format!("{ONE}?id={}", saved.id)),
        Err(No::Refused(refusal)) if refusal.reason == Reason::Invalid => {
            page(visit, typed, &refusal.blames)
        }
        Err(no) => visit.prove_first(no, typed),
    }
}

pub fn pick(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let id = asked(&visit.query)?;
    let tasks: Vec<Id> = sent
        .pairs
        .all(TURN)
        .filter_map(|turn| turn.parse().ok())
        .collect();
    let one = format!("{ONE}?id={id}");
    match visit.app().pick_handover(&visit.actor, id, &tasks) {
        Ok(_) => see(&one),
        Err(no) => visit.prove_for(no, &sent.pairs, &one),
    }
}

pub fn confirm(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let id = asked(&sent.pairs)?;
    let one = format!("{ONE}?id={id}");
    match visit.app().confirm_handover(&visit.actor, id) {
        Ok(_) => see(&one),
        Err(no) => visit.prove_for(no, &sent.pairs, &one),
    }
}

pub fn withdraw(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let id = asked(&sent.pairs)?;
    visit.app().withdraw_handover(&visit.actor, id)?;
    see(&format!("{ONE}?id={id}"))
}
