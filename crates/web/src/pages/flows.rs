//! Versions of flows: which matters run by an older one, whether they could go over to the flow in force,
//! and taking them over.

use app::{Count, FlowVersion, No, ShiftPage, ShiftRow, Shifted, ShiftedLimit};
use kernel::{Id, Reason};
use maud::{Markup, html};

use super::shows::thousands;
use crate::door::{Paged, Sent, Visit};
use crate::frame::{self, Parts};
use crate::ui::Link;
use crate::ui::button::Button;
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Page, csrf};
use crate::ui::table::{Column, Holds, small_table};

pub const PATH: &str = "/flow-versions";
/// The tick of a matter, and what is sent by the two buttons.
const MATTER: &str = "matter";
const ALL: &str = "all";
const REASON: &str = "reason";

pub fn show(visit: &Visit) -> Paged {
    visit.session()?;
    let say = visit.say.watch;
    let versions = visit.app().flow_versions(&visit.actor)?;
    let is_older = |one: &FlowVersion| !one.is_current;
    let heads = [
        Column::new(say.flows_register, Holds::Text),
        Column::new(say.flows_number, Holds::Text),
        Column::new(say.flows_since, Holds::Date),
        Column::new(say.flows_state, Holds::Text),
        Column::new(say.flows_running, Holds::Number),
    ];
    let rows: Vec<_> = versions.iter().map(|one| line(visit, one)).collect();
    let body = html! {
        @if !versions.iter().any(is_older) {
            (notice(visit.words, Kind::Info, &html! { (say.flows_none) }))
        }
        (small_table(say.flows, &heads, &rows))
    };
    let parts = Parts::of(visit);
    frame::ok(&Page {
        body,
        lead: Some(html! { (say.flows_lead) }),
        ..parts.page(visit, say.flows.to_owned())
    })
}

fn line(visit: &Visit, one: &FlowVersion) -> Vec<Markup> {
    let say = visit.say.watch;
    let running = match one.running {
        Count::Exactly(count) => thousands(count),
        Count::MoreThan(cap) => format!("{}+", thousands(cap)),
    };
    let number = one.number.map_or_else(
        || say.flows_unkept.to_owned(),
        |n| say.flows_nth.replace("{n}", &n.to_string()),
    );
    let href = format!("{PATH}/{}/{}", one.register, one.version);
    let is_open = !one.is_current && one.running != Count::Exactly(0);
    vec![
        html! { (one.title.get(visit.lang())) },
        html! { (number) },
        html! { @if let Some(at) = one.seen_at { (at.local_date()) } },
        html! { @if one.is_current { (say.flows_current) } @else { (say.flows_old) } },
        html! { @if is_open { a href=(href) { (running) } } @else { (running) } },
    ]
}

/// The matters of one version, and the form that takes them over.
pub fn matters(visit: &Visit, version: (&str, &str)) -> Paged {
    page(visit, version, &html! {}, "")
}

pub fn take(visit: &Visit, version: (&str, &str), sent: &Sent) -> Paged {
    visit.session()?;
    let ticked = sent.pairs.all(MATTER);
    let chosen: Vec<Id> = ticked.filter_map(|id| id.parse().ok()).collect();
    let chosen = match sent.pairs.get(ALL) {
        "" => Some(chosen.as_slice()),
        _ => None,
    };
    let reason = sent.pairs.get(REASON);
    match visit
        .app()
        .shift_matters(&visit.actor, version, chosen, reason)
    {
        Ok(done) => page(visit, version, &told(visit, &done), ""),
        Err(No::Refused(refusal))
            if matches!(refusal.reason, Reason::Invalid | Reason::Conflict) =>
        {
            let lines = refusal
                .blames
                .iter()
                .map(|blame| blame.message.get(visit.lang()));
            let lines: Vec<&str> = lines.collect();
            let first = refusal.message.get(visit.lang());
            let why = html! {
                @if lines.is_empty() { (first) } @else { @for line in &lines { p { (line) } } }
            };
            page(
                visit,
                version,
                &notice(visit.words, Kind::Error, &why),
                reason,
            )
        }
        Err(no) => {
            let here = format!("{PATH}/{}/{}", version.0, version.1);
            visit.prove_for(no, &sent.pairs, &here)
        }
    }
}

fn told(visit: &Visit, done: &Shifted) -> Markup {
    let say = visit.say.watch;
    let kind = match done.stuck.is_empty() && !done.left {
        true => Kind::Success,
        false => Kind::Warning,
    };
    notice(
        visit.words,
        kind,
        &html! {
            p { (say.flows_moved.replace("{n}", &thousands(done.moved))) }
            @if !done.stuck.is_empty() {
                p { (say.flows_stuck) }
                ul { @for (public_no, why) in &done.stuck {
                    li { (public_no) " " (why.get(visit.lang())) }
                } }
            }
            @if done.left { p { (say.flows_left) } }
        },
    )
}

fn page(visit: &Visit, (register, version): (&str, &str), done: &Markup, reason: &str) -> Paged {
    visit.session()?;
    let say = visit.say.watch;
    let app = visit.app();
    let after = visit.query.get("after").parse().ok();
    let found = match app.shifts(&visit.actor, register, version, after) {
        // The last matter of a version of which only the mark was known has just gone over.
        Err(No::Refused(no)) if no.reason == Reason::NotFound && !done.0.is_empty() => ShiftPage {
            rows: Vec::new(),
            next: None,
        },
        found => found?,
    };
    let may = app.may_tune_flows(&visit.actor)?;
    let catalogue = app.catalogue();
    let title = catalogue
        .register(register)
        .map_or(register, |ix| catalogue.at(ix).title.get(visit.lang()));
    let tick = if may { Ticks::Offered } else { Ticks::None };
    let rows = found.rows.iter().map(|row| matter(visit, row, tick));
    let rows: Vec<_> = rows.collect();
    let heads = [
        Column::new(visit.say.watch.calendar_matter, Holds::Code),
        Column::new(say.flows_step, Holds::Text),
        Column::new(say.flows_limits, Holds::Prose),
        Column::new(say.flows_can, Holds::Prose),
    ];
    let table = small_table(say.flows_step, &heads, &rows);
    let here = format!("{PATH}/{register}/{version}");
    let any = found.rows.iter().any(|row| row.shift.is_ok());
    let body = html! {
        @if found.rows.is_empty() { p { (say.flows_empty) } }
        @else if may && any {
            form method="post" action=(here) {
                (csrf(&visit.csrf()))
                (table)
                div.field {
                    label for=(REASON) { (say.flows_reason) }
                    textarea id=(REASON) name=(REASON) rows="2" maxlength="2000" required { (reason) }
                }
                div.form-acts {
                    (Button::primary(say.flows_chosen).submit())
                    " "
                    button.button type="submit" name=(ALL) value="1" { (say.flows_all) }
                }
            }
        } @else { (table) }
        @if let Some(next) = found.next {
            p { a href={ (here) "?after=" (next) } rel="next" { (visit.words.next) } }
        }
    };
    let crumbs = [Link::new(say.flows, PATH)];
    let parts = Parts::of(visit);
    frame::ok(&Page {
        body,
        notices: done.clone(),
        crumbs: &crumbs,
        lead: Some(html! { (say.flows_lead) }),
        ..parts.page(visit, say.flows_title.replace("{n}", title))
    })
}

/// Whether the rows can be chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ticks {
    Offered,
    None,
}

fn matter(visit: &Visit, row: &ShiftRow, ticks: Ticks) -> Vec<Markup> {
    let say = visit.say.watch;
    let lang = visit.lang();
    let number = &row.public_no;
    let can = html! {
        @match &row.shift {
            Ok(shift) if shift.keeps_turns => (say.flows_keeps),
            Ok(_) => (say.flows_anew),
            Err(why) => (why.get(lang)),
        }
    };
    vec![
        html! {
            @if ticks == Ticks::Offered && row.shift.is_ok() {
                label.choice { input type="checkbox" name=(MATTER) value=(row.matter); " " (number) }
            } @else { (number) }
        },
        html! { (row.step.get(lang)) },
        html! { @for limit in &row.limits() { div { (limit_line(visit, limit)) } } },
        can,
    ]
}

fn limit_line(visit: &Visit, limit: &ShiftedLimit) -> String {
    let say = visit.say.watch;
    let lang = visit.lang();
    let end = |limit: &Option<kernel::Said>, until: Option<jiff::civil::Date>| match (limit, until)
    {
        (Some(limit), Some(until)) => {
            let said = say.flows_until.replace("{a}", limit.get(lang));
            said.replace("{b}", &until.to_string())
        }
        (Some(limit), None) => limit.get(lang).to_owned(),
        (None, _) => say.flows_no_limit.to_owned(),
    };
    let from = end(&limit.from, limit.until_from);
    let to = end(&limit.to, limit.until_to);
    format!("{} {from} → {to}", limit.title.get(lang))
}
