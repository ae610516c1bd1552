//! The way of a matter on its record's page: whose turn it is, until when, what was done at each step,
//! and what can be done with a turn.

use app::{ClockView, Matter, MatterStanding, Step, Turn, TurnWord};
use catalogue::{Grade, Register};
use kernel::{Id, Moment};
use maud::{Markup, html};

use super::{Open, record_href};
use crate::door::Visit;
use crate::pages::shows;
use crate::pages::when_recorded::moment_short;
use crate::ui::button::Button;
use crate::ui::lamp::lamp;

/// The card; nothing for a record that is on no way.
pub fn card(open: &Open) -> Result<Markup, app::No> {
    let Open {
        visit,
        ix,
        def,
        page,
        ..
    } = open;
    if !def.is_flow() || open.then.is_some() {
        return Ok(html! {});
    }
    let Some(matter) = visit.app().matter(&visit.actor, *ix, page.record.id)? else {
        return Ok(html! {});
    };
    Ok(html! {
        section.card.course {
            div.card-head {
                h2 { (visit.say.course) }
                a href={ "/progress/" (matter.public_no) } { (visit.say.course_public) }
            }
            div.card-body {
                (now(visit, def, &matter))
                @for clock in &matter.clocks { (clock_line(visit, clock)) }
            }
            (steps(visit, &matter))
        }
    })
}

/// Where it is, whose turn, until when: the line every page owes (ui.md §A2).
fn now(visit: &Visit, def: &Register, matter: &Matter) -> Markup {
    let say = visit.say;
    if matter.standing != MatterStanding::Running {
        return html! { p { (say.course_over) } };
    }
    html! {
        @for turn in matter.open_turns() {
            div.course-now {
                p {
                    @if turn.mine { strong { (say.course_mine) } }
                    @else { (say.course_theirs) " " strong { (holder(visit, turn)) } }
                    " " (until(visit, turn.due_at, days(matter, turn)))
                }
                @if let Some(asked) = &turn.asked { p.timeline-reason { (asked) } }
                @if !turn.acts.is_empty() {
                    p.course-acts {
                        @for word in &turn.acts {
                            (act(visit, def, matter.record, turn.task, *word)) " "
                        }
                    }
                }
            }
        }
    }
}

/// Working days left to the step of the turn, or below none by which it is late.
fn days(matter: &Matter, turn: &Turn) -> Option<i32> {
    let holds = |step: &&Step| step.turns.iter().any(|t| t.task == turn.task);
    let step = matter.steps.iter().find(holds)?;
    match step.late {
        true => Some(-step.overdue_days),
        false => step.days_left,
    }
}

fn clock_days(clock: &ClockView) -> Option<i32> {
    match clock.late {
        true => Some(-clock.overdue_days),
        false => clock.days_left,
    }
}

/// The person, or the roles and the unit whose turn it is.
fn holder(visit: &Visit, turn: &Turn) -> String {
    let lang = visit.lang();
    let roles: Vec<&str> = turn.roles.iter().map(|role| role.get(lang)).collect();
    let roles = roles.join(visit.say.or);
    match (&turn.person, &turn.unit) {
        _ if turn.nobody => format!("{}（{roles}）", visit.say.course_nobody),
        (Some(person), Some(unit)) => format!("{unit} {person}"),
        (Some(person), None) => person.clone(),
        (None, Some(unit)) => format!("{unit} {roles}"),
        (None, None) => roles,
    }
}

fn until(visit: &Visit, due: Option<Moment>, left: Option<i32>) -> Markup {
    let say = visit.say;
    let Some(due) = due else {
        return html! { span.note { (say.no_limit) } };
    };
    let late = visit.app().now() >= due;
    let words = match left {
        _ if late => say
            .days_late
            .replace("{n}", &left.map_or(1, |n| (-n).max(1)).to_string()),
        Some(0) => say.due_today.to_owned(),
        Some(n) => say.days_left.replace("{n}", &n.to_string()),
        None => String::new(),
    };
    // Limits are half-open: the last day in time is the one before.
    let day = Moment(due.0 - 1).local_date();
    html! {
        @if late { (lamp(visit.words, shows::grade(Grade::Expired))) " " }
        span { (words) (visit.words.bracket) (say.until.replace("{n}", &day.to_string())) (visit.words.bracket_end) }
    }
}

/// A button for what needs no words, a link to a page for what does.
fn act(visit: &Visit, def: &Register, id: Id, task: Id, word: TurnWord) -> Markup {
    let href = format!("{}/turn/{}-{task}", record_href(def, id), word.word());
    let label = label(visit, word);
    if word.names_somebody() || word.needs_words() {
        let button = Button::plain(label);
        return match word {
            TurnWord::Transfer => button.key("e").link(&href),
            _ => button.link(&href),
        };
    }
    html! {
        form.inline method="post" action=(href) {
            (crate::ui::page::csrf(&visit.csrf()))
            (Button::plain(label).submit())
        }
    }
}

pub fn label(visit: &Visit, word: TurnWord) -> &'static str {
    let say = visit.say;
    match word {
        TurnWord::Claim => say.turn_claim,
        TurnWord::Release => say.turn_release,
        TurnWord::Transfer => say.turn_transfer,
        TurnWord::Delegate => say.turn_delegate,
        TurnWord::Answer => say.turn_answer,
        TurnWord::Recall => say.turn_recall,
        TurnWord::AddSigner => say.turn_add_signer,
        TurnWord::DropSigner => say.turn_drop_signer,
        TurnWord::Remind => say.turn_remind,
        TurnWord::Copy => say.turn_copy,
        TurnWord::Acknowledge => say.turn_acknowledge,
    }
}

fn steps(visit: &Visit, matter: &Matter) -> Markup {
    let lang = visit.lang();
    html! {
        ol.timeline {
            @for step in matter.steps.iter().rev() {
                li {
                    p.timeline-head {
                        strong { (step.label.get(lang)) }
                        time { (moment_short(step.began_at)) }
                        @if let Some(outcome) = &step.outcome { span { (outcome.get(lang)) } }
                        @if step.late {
                            span { (lamp(visit.words, shows::grade(Grade::Expired))) " "
                                (visit.say.days_late.replace("{n}", &step.overdue_days.max(1).to_string())) }
                        }
                    }
                    @for turn in &step.turns {
                        p.timeline-reason {
                            (holder(visit, turn))
                            @if let Some(for_whom) = &turn.on_behalf { (visit.words.bracket) (visit.say.on_behalf.replace("{n}", for_whom)) (visit.words.bracket_end) }
                            @if let Some(outcome) = &turn.outcome { " · " (outcome.get(lang)) }
                            @if turn.one_person { " " strong { (visit.say.posts.one_person) } }
                            @if let Some(done) = turn.done_at { " · " (moment_short(done)) }
                            @if let Some(said) = &turn.said { (visit.words.colon) (said) }
                        }
                    }
                }
            }
        }
    }
}

/// A limit of law over the whole matter, with the sheet that says why each day counts or not.
pub fn clock_line(visit: &Visit, clock: &ClockView) -> Markup {
    let lang = visit.lang();
    let say = visit.say;
    html! {
        details.course-clock {
            summary {
                (clock.title.get(lang)) (visit.words.colon) (clock.limit.get(lang))
                @match (&clock.stands_still, clock.ended_at) {
                    (_, Some(ended)) => { " · " (say.clock_ended.replace("{n}", &moment_short(ended))) },
                    (Some((_, why)), None) => { " · " (say.clock_stands) (visit.words.bracket) (why.get(lang)) (visit.words.bracket_end) },
                    (None, None) => { " · " (until(visit, clock.due_at, clock_days(clock))) },
                }
            }
            @if let Some(law) = &clock.law { p.note { (law) } }
            @if clock.provisional { p.note { (say.clock_provisional) } }
            ul.sheet {
                @for day in &clock.sheet {
                    li {
                        span.is-date { (day.date) } " "
                        @if day.counts { strong { (day.why.get(lang)) } }
                        @else { (day.why.get(lang)) }
                        @if day.last { " ← " (say.clock_last) }
                    }
                }
            }
        }
    }
}
