//! A person's own notices, the newest first, with what is unread.

use app::{NOTICE_ROWS, NoticeRow};
use kernel::{Moment, Refusal};
use maud::{Markup, html};

use super::home::count_text;
use super::when_recorded::moment_short;
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::{self, Parts};
use crate::pairs::Pairs;
use crate::ui::Link;
use crate::ui::button::Button;
use crate::ui::lamp::{Tone, badge};
use crate::ui::notice::empty_state;
use crate::ui::page::{Page, csrf};
use crate::ui::pager::{Pager, pager};
use crate::ui::table::{Column, Holds, Row, Table, table};

pub const PATH: &str = "/notices";
/// Nobody pages further back.
const PAGES_MAX: usize = 200;

pub fn show(visit: &Visit) -> Paged {
    visit.session()?;
    let say = visit.say.watch;
    let number = visit.query.get("page").parse().ok();
    let number: usize = number.unwrap_or(1).clamp(1, PAGES_MAX);
    let page = visit.app().notices(&visit.actor, number - 1)?;
    let any_unread = page.rows.iter().any(|row| row.is_unread);
    let whole = Table {
        caption: say.notices.into(),
        columns: vec![
            Column::new(say.notice_kind, Holds::Text),
            Column::new(visit.say.record, Holds::Prose),
            Column::new(say.notice_due, Holds::Date),
            Column::new(say.notice_sent, Holds::Date),
            Column::new("", Holds::Text),
        ],
        rows: page.rows.iter().map(|row| line(visit, row)).collect(),
        main: 1,
        ticks: None,
        empty: empty_state(
            say.notices_none,
            say.notices_none_advice,
            &[Link::new(visit.say.back_home, "/home")],
        ),
    };
    let first = (number - 1) * NOTICE_ROWS;
    let paging = Pager {
        summary: match page.rows.len() {
            0 => "".into(),
            n => format!("{}–{}", first + 1, first + n).into(),
        },
        previous: (number > 1).then(|| href(number - 1).into()),
        next: page.more.then(|| href(number + 1).into()),
        swap: None,
    };
    let body = html! {
        section.card {
            (table(visit.words, &whole))
            @if number > 1 || page.more { (pager(visit.words, &paging)) }
        }
    };
    let acts = any_unread.then(|| {
        html! {
            form.inline method="post" action={ (PATH) "/read" } {
                (csrf(&visit.csrf()))
                (Button::plain(say.notice_read_all).submit())
            }
        }
    });
    let crumbs = [Link::new(visit.say.todo_centre, super::todo::PATH)];
    let parts = Parts::of(visit);
    frame::ok(&Page {
        body,
        acts,
        crumbs: &crumbs,
        ..parts.page(visit, say.notices.to_owned())
    })
}

fn href(page: usize) -> String {
    let mut pairs = Pairs::default();
    if page > 1 {
        pairs.push("page", page.to_string());
    }
    pairs.href(PATH)
}

fn line<'a>(visit: &Visit, row: &NoticeRow) -> Row<'a> {
    let say = visit.say.watch;
    let def = visit.app().catalogue().at(row.register);
    // Whoever may no longer see the record is told only of what kind it is.
    let (name, to) = match &row.shown {
        Some(named) => (
            named.shown.clone(),
            Some(format!("/{}/{}", def.path, row.record).into()),
        ),
        // One's own address stands on a page of its own.
        None => {
            let own = (def.name == "house.reach").then(|| super::reach::PATH.into());
            (def.title.get(visit.lang()).to_owned(), own)
        }
    };
    let step = row.at_state.as_deref().and_then(|state| def.state(state));
    let step = step.map(|ix| def.states[ix.0].label.get(visit.lang()).to_owned());
    let cells = vec![
        html! {
            (row.label.get(visit.lang()))
            @if row.is_unread { " " (badge(Tone::Waiting, say.notice_unread)) }
        },
        {
            let about = step.map_or(name.clone(), |step| format!("{name} · {step}"));
            html! { span.clip title=(about) { (about) } }
        },
        html! { @if let Some(due) = row.due_at { (Moment(due.0 - 1).local_date()) } },
        html! { (moment_short(row.sent_at)) },
        html! { @if row.is_unread { (read_button(visit, row)) } },
    ];
    Row {
        id: "".into(),
        name: name.into(),
        href: to,
        cells,
    }
}

fn read_button(visit: &Visit, row: &NoticeRow) -> Markup {
    html! {
        form.inline method="post" action={ (PATH) "/read" } {
            (csrf(&visit.csrf()))
            input type="hidden" name="notice" value=(row.id);
            (Button::plain(visit.say.watch.notice_read).submit())
        }
    }
}

/// Marks one as read, or all when none is named.
pub fn take(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    match sent.pairs.get("notice") {
        "" => {
            visit.app().read_all_notices(&visit.actor)?;
        }
        id => {
            let id = id.parse().map_err(|_| Refusal::not_found())?;
            visit.app().read_notice(&visit.actor, id)?;
        }
    }
    see(PATH)
}

/// The way there from the to-do centre, with how many are unread.
pub fn link(visit: &Visit) -> Markup {
    let say = visit.say.watch;
    let unread = visit.app().unread_notices(&visit.actor).ok();
    let words = match unread {
        None | Some(app::Count::Exactly(0)) => say.notices.to_owned(),
        Some(count) => say.notices_unread.replace("{n}", &count_text(count)),
    };
    Button::plain(&words).link(PATH)
}
