//! The to-do centre: what waits for a person in the order of the law's limits, what he has done, what
//! he was told of, what he began.

use app::{Count, Holder, TODO_ROWS, Tab, TodoRow};
use kernel::{Grade, Moment, RegisterIx, StateIx};
use maud::{Markup, html};

use super::home::count_text;
use super::when_recorded::moment_short;
use super::{after, batch, notices, offer, shows};
use crate::door::{Paged, Visit};
use crate::frame::{self, Parts};
use crate::pairs::Pairs;
use crate::ui::Link;
use crate::ui::batch::batch_form;
use crate::ui::button::Button;
use crate::ui::lamp::{Tone, badge, lamp};
use crate::ui::notice::empty_state;
use crate::ui::page::Page;
use crate::ui::pager::{Pager, pager};
use crate::ui::table::{Column, Holds, Row, Table, table};
use crate::ui::tabs::{self, tabs};

pub const PATH: &str = "/todo";
const TABS: [(Tab, &str); 4] = [
    (Tab::Todo, ""),
    (Tab::Done, "done"),
    (Tab::Copies, "copies"),
    (Tab::Started, "started"),
];

pub fn show(visit: &Visit) -> Paged {
    visit.session()?;
    let asked = visit.query.get("tab");
    let at = TABS
        .iter()
        .position(|(_, word)| *word == asked)
        .unwrap_or(0);
    let (tab, _) = TABS[at];
    let number = visit.query.get("page").parse().ok();
    let number: usize = number.unwrap_or(1).clamp(1, PAGES_MAX);
    let page = visit.app().todo(&visit.actor, tab, number - 1)?;
    let rows: Vec<Row> = page.rows.iter().map(|row| line(visit, tab, row)).collect();
    let together = rows.iter().any(|row| !row.id.is_empty());
    let whole = Table {
        caption: title(visit, tab).into(),
        columns: columns(visit, tab),
        rows,
        main: 1,
        ticks: together.then_some("item"),
        empty: nothing(visit, tab),
    };
    let list = table(visit.words, &whole);
    let list = match together {
        true => {
            let act = Button::primary(visit.say.batch);
            batch_form(visit.words, batch::PATH, &visit.csrf(), &[act], &list)
        }
        false => list,
    };
    let first = (number - 1) * TODO_ROWS;
    let to = |n: usize| Some(href(tab, n).into());
    let paging = Pager {
        summary: match page.rows.len() {
            0 => "".into(),
            n => format!("{}–{}", first + 1, first + n).into(),
        },
        previous: if number > 1 { to(number - 1) } else { None },
        next: if page.more { to(number + 1) } else { None },
        swap: None,
    };
    let body = html! {
        (tabs_of(visit, at)?)
        @if tab == Tab::Todo { (steps(visit, &page.rows)) }
        section.card.todo-list {
            (list)
            @if number > 1 || page.more { (pager(visit.words, &paging)) }
        }
    };
    let parts = Parts::of(visit);
    frame::ok(&Page {
        body,
        notices: after::told(visit, after::At::List)?,
        acts: Some(notices::link(visit)),
        draft_done: visit.query.filled("done"),
        ..parts.page(visit, title(visit, tab).to_owned())
    })
}

/// Nobody pages further through what he has to do.
const PAGES_MAX: usize = 200;

pub fn href(tab: Tab, page: usize) -> String {
    let word = TABS
        .iter()
        .find(|(t, _)| *t == tab)
        .map_or("", |(_, word)| word);
    let mut pairs = Pairs::default();
    pairs.push("tab", word);
    pairs.push(
        "page",
        if page > 1 {
            page.to_string()
        } else {
            String::new()
        },
    );
    pairs.href(PATH)
}

fn title(visit: &Visit, tab: Tab) -> &'static str {
    match tab {
        Tab::Todo => visit.say.todo,
        Tab::Done => visit.say.todo_done,
        Tab::Copies => visit.say.todo_copies,
        Tab::Started => visit.say.todo_started,
    }
}

fn tabs_of(visit: &Visit, current: usize) -> Result<Markup, app::No> {
    let counts = visit.app().todo_counts(&visit.actor)?;
    let shown: Vec<tabs::Tab> = TABS
        .iter()
        .map(|(tab, _)| tabs::Tab {
            label: title(visit, *tab).into(),
            href: href(*tab, 1).into(),
            count: match tab {
                Tab::Todo => Some(count_text(counts.todo).into()),
                Tab::Copies => Some(count_text(counts.copies).into()),
                Tab::Done | Tab::Started => None,
            },
        })
        .collect();
    let overdue = !matches!(counts.overdue, Count::Exactly(0));
    Ok(html! {
        (tabs(visit.say.todo_centre, &shown, current))
        @if overdue {
            p.note {
                (lamp(visit.words, shows::grade(Grade::Expired))) " "
                (visit.say.todo_overdue.replace("{n}", &count_text(counts.overdue)))
            }
        }
    })
}

/// Steps of this page at which several items wait that can be handled together.
fn steps(visit: &Visit, rows: &[TodoRow]) -> Markup {
    let catalogue = visit.app().catalogue();
    let mut steps: Vec<(RegisterIx, StateIx, usize)> = Vec::new();
    for row in rows {
        let Some(state) = together(visit, row) else {
            continue;
        };
        match steps
            .iter_mut()
            .find(|(ix, at, _)| (*ix, *at) == (row.register, state))
        {
            Some((.., count)) => *count += 1,
            None => steps.push((row.register, state, 1)),
        }
    }
    steps.retain(|(.., count)| *count > 1);
    html! {
        @if !steps.is_empty() {
            p.steps {
                @for (ix, state, count) in &steps {
                    @let def = catalogue.at(*ix);
                    a.button href=(batch::href(def, *state)) {
                        (def.title.get(visit.lang())) " · " (def.states[state.0].label.get(visit.lang()))
                        (visit.words.colon) (visit.say.batch_open.replace("{n}", &count.to_string()))
                    }
                    " "
                }
            }
        }
    }
}

/// The step of a row where it can be handled together with others.
fn together(visit: &Visit, row: &TodoRow) -> Option<StateIx> {
    let def = visit.app().catalogue().at(row.register);
    let state = def.state(&row.at_state)?;
    (!offer::batch_actions(visit, def, state).is_empty()).then_some(state)
}

fn columns(visit: &Visit, tab: Tab) -> Vec<Column<'static>> {
    let say = visit.say;
    let last = match tab {
        Tab::Todo | Tab::Copies => Column::new(say.todo_came, Holds::Date),
        Tab::Done => Column::new(say.todo_outcome, Holds::Text),
        Tab::Started => Column::new(say.todo_with, Holds::Prose),
    };
    let left = match tab {
        Tab::Todo | Tab::Started => Column::new(say.todo_left, Holds::Lamp),
        _ => Column::new(say.todo_until, Holds::Date),
    };
    vec![
        left,
        Column::new(say.record, Holds::Prose),
        Column::new(say.todo_matter, Holds::Prose),
        last,
    ]
}

fn line<'a>(visit: &Visit, tab: Tab, row: &'a TodoRow) -> Row<'a> {
    let catalogue = visit.app().catalogue();
    let def = catalogue.at(row.register);
    let state = def.state(&row.at_state).map(|ix| &def.states[ix.0]);
    let name = match &row.shown {
        Some(named) => named.shown.clone(),
        None => def.title.get(visit.lang()).to_owned(),
    };
    let last = match tab {
        Tab::Todo | Tab::Copies => html! { (moment_short(row.began_at)) },
        Tab::Started => with(visit, row),
        Tab::Done => {
            let action = row.outcome.as_deref().and_then(|name| def.action(name));
            html! { @if let Some(action) = action { (action.label.get(visit.lang())) } }
        }
    };
    let cells = vec![
        html! {
            @if tab == Tab::Todo || !row.with.is_empty() { (left(visit, row)) }
            @else if let Some(due) = row.due_at { (day(due)) }
        },
        html! {
            span.clip title=(name) { (shows::marked(visit, &name)) }
            @if row.is_new && tab == Tab::Todo { " " (badge(Tone::Waiting, visit.say.todo_new)) }
            @if let Some(name) = row.on_behalf.as_ref().filter(|_| tab == Tab::Todo || tab == Tab::Copies) {
                " " (badge(Tone::Waiting, &visit.say.posts.in_stead.replace("{n}", name)))
            }
            @if row.reminded > 0 && tab == Tab::Todo { " " (badge(Tone::Void, visit.say.todo_reminded)) }
        },
        html! {
            (def.title.get(visit.lang()))
            @if let Some(state) = state { " · " (state.label.get(visit.lang())) }
        },
        last,
    ];
    let id = match tab {
        Tab::Todo => together(visit, row).map(|_| batch::item(def, row.record)),
        _ => None,
    };
    Row {
        id: id.unwrap_or_default().into(),
        name: name.into(),
        href: Some(format!("/{}/{}", def.path, row.record).into()),
        cells,
    }
}

/// Who has a matter that one began, and since when; when it was begun where it is over.
fn with(visit: &Visit, row: &TodoRow) -> Markup {
    let since = |at: Moment| {
        visit
            .say
            .todo_since
            .replace("{n}", &at.local_date().to_string())
    };
    html! {
        @for holder in &row.with {
            span.holder { (holder_name(visit, holder)) " " span.note { (since(holder.since)) } }
        }
        @if row.with.is_empty() {
            span.note { (visit.say.todo_began) " " (row.began_at.local_date()) }
        }
    }
}

/// The person, or the roles and the unit whose turn it is.
fn holder_name(visit: &Visit, holder: &Holder) -> String {
    let roles: Vec<&str> = (holder.roles.iter())
        .map(|role| role.get(visit.lang()))
        .collect();
    let roles = roles.join(visit.say.or);
    let (w, say) = (visit.words, visit.say);
    match (&holder.person, &holder.unit) {
        _ if holder.nobody => format!("{}{}{roles}{}", say.course_nobody, w.bracket, w.bracket_end),
        (Some(person), Some(unit)) => format!("{unit} {person}"),
        (Some(person), None) => person.clone(),
        (None, Some(unit)) => format!("{unit} {roles}"),
        (None, None) => roles,
    }
}

/// How much time is left, as lamp and words: working days, or by how many it is late.
fn left(visit: &Visit, row: &TodoRow) -> Markup {
    let say = visit.say;
    let words = match (row.due_at, row.days_left) {
        (Some(_), Some(days)) if row.lamp == Grade::Expired => {
            say.days_late.replace("{n}", &(-days).max(1).to_string())
        }
        (Some(_), Some(0)) => say.due_today.to_owned(),
        (Some(_), Some(days)) => say.days_left.replace("{n}", &days.to_string()),
        _ => say.no_limit.to_owned(),
    };
    html! {
        @if row.lamp == Grade::NotApplicable { span.note { (words) } }
        @else { (lamp(visit.words, shows::grade(row.lamp))) " " span { (words) } }
    }
}

/// Lines of a tab on one's own page, or what stands there when there are none.
pub fn rows(visit: &Visit, tab: Tab, rows: &[TodoRow], empty: &str) -> Markup {
    let whole = Table {
        caption: title(visit, tab).into(),
        columns: columns(visit, tab),
        rows: rows.iter().map(|row| line(visit, tab, row)).collect(),
        main: 1,
        ticks: None,
        empty: html! { div.card-body { p.note { (empty) } } },
    };
    table(visit.words, &whole)
}

/// The first of what waits, for one's own page.
pub fn card(visit: &Visit, title: &str, most: usize) -> Result<Markup, app::No> {
    let page = visit.app().todo(&visit.actor, Tab::Todo, 0)?;
    let shown = &page.rows[..page.rows.len().min(most)];
    Ok(html! {
        section.card.todo-list.is-card {
            div.card-head {
                h2 { (title) }
                p.card-links {
                    a href=(href(Tab::Started, 1)) { (visit.say.todo_started) } " "
                    a href=(PATH) { (visit.say.all) }
                }
            }
            (rows(visit, Tab::Todo, shown, visit.say.todo_nothing))
            (steps(visit, &page.rows))
        }
    })
}

/// The last day in time: limits are half-open.
fn day(due: Moment) -> Markup {
    html! { (Moment(due.0 - 1).local_date()) }
}

fn nothing(visit: &Visit, tab: Tab) -> Markup {
    let say = visit.say;
    let advice = match tab {
        Tab::Todo => say.todo_nothing,
        Tab::Done => say.todo_done_nothing,
        Tab::Copies => say.todo_copies_nothing,
        Tab::Started => say.todo_started_nothing,
    };
    empty_state(
        title(visit, tab),
        advice,
        &[Link::new(say.back_home, "/home")],
    )
}
