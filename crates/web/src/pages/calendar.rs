//! The calendar of working days: what is in force, what the imported days would change, which limits
//! would move, and putting it in force.

use app::{CalendarView, DayChange, MovedRow, No, RecountProgress};
use maud::{Markup, html};

use super::shows::thousands;
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::{self, Parts, list_href};
use crate::ui::Link;
use crate::ui::button::Button;
use crate::ui::figure::card;
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Page, csrf};
use crate::ui::progress::{Progress, Running, progress};
use crate::ui::table::{Column, Holds, small_table};

pub const PATH: &str = "/calendar";
/// Limits listed on the page; the command line lists all.
const MOVES_SHOWN: usize = 200;
/// Days told as the reason of one move.
const DAYS_SHOWN: usize = 3;
/// Where the days are kept.
const DAYS: &str = "house.calendar_day";

pub fn show(visit: &Visit) -> Paged {
    visit.session()?;
    let say = visit.say.watch;
    let view = match visit.app().calendar_view(&visit.actor) {
        Err(No::Refused(refusal)) if refusal.reason == kernel::Reason::Invalid => {
            return wrong(visit, &refusal);
        }
        view => view?,
    };
    let body = html! {
        (running(visit, &view))
        @match &view.next {
            Some(next) => {
                (card(&say.calendar_next.replace("{n}", &next.number.to_string()), None, &html! {
                    @if next.days.is_empty() { p { (say.calendar_only_words) } }
                    @else { (days(visit, &next.days)) }
                    p { (Button::primary(say.calendar_check).link("/calendar/adopt")) }
                }))
            }
            None => { p { (say.calendar_same) } }
        }
        (years(visit, &view))
    };
    page(
        visit,
        say.calendar,
        body,
        &say.calendar_now.replace("{n}", &view.number.to_string()),
    )
}

/// The list of what would move, and the button that does it: asks for a fresh sign-in.
pub fn ask(visit: &Visit) -> Paged {
    asked(visit, None)
}

fn asked(visit: &Visit, refused: Option<&str>) -> Paged {
    visit.session()?;
    let say = visit.say.watch;
    visit.app().may_adopt_calendar(&visit.actor)?;
    let view = match visit.app().calendar_view(&visit.actor) {
        Err(No::Refused(refusal)) if refusal.reason == kernel::Reason::Invalid => {
            return wrong(visit, &refusal);
        }
        view => view?,
    };
    let Some(next) = &view.next else {
        return see(PATH);
    };
    let list = visit.app().moves_listed(&visit.actor, MOVES_SHOWN)?;
    let sum = say.calendar_moved.replace("{a}", &thousands(list.checked));
    let sum = sum.replace("{b}", &thousands(list.moved));
    let body = html! {
        @if let Some(refused) = refused { (notice(visit.words, Kind::Error, &html! { (refused) })) }
        p { (sum) }
        @if !list.rows.is_empty() {
            (card(
                &say.calendar_first.replace("{n}", &list.rows.len().to_string()),
                None,
                &moves(visit, &list.rows),
            ))
        }
        form method="post" action="/calendar/adopt" {
            (csrf(&visit.csrf()))
            input type="hidden" name="list" value=(list.digest);
            (Button::primary(say.calendar_adopt).submit())
            " "
            (Button::plain(visit.say.cancel).link(PATH))
        }
    };
    let title = say.calendar_moves.replace("{n}", &next.number.to_string());
    page(visit, &title, body, say.calendar_lead)
}

pub fn take(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let adopted = visit
        .app()
        .adopt_calendar(&visit.actor, sent.pairs.get("list"));
    match adopted {
        // Another list would come out now: it is shown, with what it says of itself.
        Err(No::Refused(refusal)) if refusal.reason == kernel::Reason::Conflict => {
            return asked(visit, Some(refusal.message.get(visit.lang())));
        }
        adopted => adopted?,
    };
    visit.app().recount_later();
    see(PATH)
}

/// What is wrong with the imported days, line by line.
fn wrong(visit: &Visit, refusal: &kernel::Refusal) -> Paged {
    let say = visit.say.watch;
    let body = notice(
        visit.words,
        Kind::Error,
        &html! {
            p { (say.calendar_wrong) }
            ul { @for blame in &refusal.blames { li { (blame.message.get(visit.lang())) } } }
        },
    );
    page(visit, say.calendar, body, say.calendar_lead)
}

fn page(visit: &Visit, title: &str, body: Markup, lead: &str) -> Paged {
    let catalogue = visit.app().catalogue();
    let days = catalogue.register(DAYS).map(|ix| catalogue.at(ix));
    let acts =
        days.map(|def| Button::plain(visit.say.watch.calendar_days).link(&list_href(&def.path)));
    let crumbs = [Link::new(visit.say.watch.calendar, PATH)];
    let parts = Parts::of(visit);
    frame::ok(&Page {
        body,
        acts,
        lead: Some(html! { (lead) }),
        crumbs: if title == visit.say.watch.calendar {
            &[]
        } else {
            &crumbs
        },
        ..parts.page(visit, title.to_owned())
    })
}

/// The region that asks for itself again while limits are counted anew.
fn running(visit: &Visit, view: &CalendarView) -> Markup {
    let say = visit.say.watch;
    let at = match visit.app().recount_progress() {
        Some(at) => at,
        None if view.recounting => {
            return notice(visit.words, Kind::Info, &html! { (say.calendar_waiting) });
        }
        None => return html! {},
    };
    let RecountProgress {
        checked,
        to_move,
        moved,
    } = at;
    let share = (moved.saturating_mul(1000)).checked_div(to_move);
    progress(
        visit.words,
        &Progress {
            id: "progress",
            href: PATH.into(),
            title: say.calendar_running.into(),
            done_per_mille: share.map(|share| u16::try_from(share).unwrap_or(1000).min(1000)),
            pace: "".into(),
            counts: vec![
                (say.calendar_checked.into(), thousands(checked).into()),
                (say.calendar_to_move.into(), thousands(to_move).into()),
                (say.calendar_written.into(), thousands(moved).into()),
            ],
            state: Running::Running,
        },
    )
}

fn years(visit: &Visit, view: &CalendarView) -> Markup {
    let say = visit.say.watch;
    let heads = [
        Column::new(say.calendar_year, Holds::Text),
        Column::new(say.calendar_source, Holds::Prose),
    ];
    let row = |year: &app::YearView| {
        vec![
            html! { (year.year) },
            html! { span lang="zh-CN" { (year.source) } },
        ]
    };
    let rows: Vec<_> = view.years.iter().map(row).collect();
    card(
        say.calendar_years,
        None,
        &small_table(say.calendar_years, &heads, &rows),
    )
}

fn days(visit: &Visit, days: &[DayChange]) -> Markup {
    let say = visit.say.watch;
    let heads = [
        Column::new(say.calendar_day, Holds::Date),
        Column::new(say.calendar_from, Holds::Text),
        Column::new(say.calendar_to, Holds::Text),
    ];
    let lang = visit.lang();
    let row = |day: &DayChange| {
        vec![
            html! { (day.day) },
            html! { (day.from.get(lang)) },
            html! { (day.to.get(lang)) },
        ]
    };
    let rows: Vec<_> = days.iter().map(row).collect();
    small_table(say.calendar_day, &heads, &rows)
}

fn moves(visit: &Visit, moved: &[MovedRow]) -> Markup {
    let say = visit.say.watch;
    let lang = visit.lang();
    let heads = [
        Column::new(say.calendar_matter, Holds::Code),
        Column::new(say.calendar_limit, Holds::Text),
        Column::new(say.calendar_from, Holds::Date),
        Column::new(say.calendar_to, Holds::Date),
        Column::new(say.calendar_why, Holds::Prose),
    ];
    let row = |row: &MovedRow| {
        vec![
            html! { (row.public_no) },
            html! { (row.limit.get(lang)) },
            html! { @if let Some(from) = row.from { (from) } },
            html! { (row.to) },
            html! { (why(visit, &row.why)) },
        ]
    };
    let rows: Vec<_> = moved.iter().map(row).collect();
    small_table(say.calendar_why, &heads, &rows)
}

fn why(visit: &Visit, days: &[DayChange]) -> String {
    let lang = visit.lang();
    let day = |day: &DayChange| format!("{} {}", day.day, day.to.get(lang));
    let told: Vec<String> = days.iter().take(DAYS_SHOWN).map(day).collect();
    let more = days.len().saturating_sub(DAYS_SHOWN);
    let told = told.join(visit.words.semicolon);
    match more {
        0 => told,
        more => format!("{told} +{more}"),
    }
}
