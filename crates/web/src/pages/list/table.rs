//! The rows of a list, or what stands there when there are none.

use app::{ListPage, RecordView, Understood};
use catalogue::{Column, Kind, Register};
use kernel::{Colour, Grade, Verb};
use maud::{Markup, html};

use super::Asked;
use crate::door::Visit;
use crate::pages::shows::{Reading, column_holds, column_label, column_name};
use crate::pages::when_recorded::moment_short;
use crate::pages::{offer, shows};
use crate::ui::Link;
use crate::ui::lamp::{lamp, lamp_told};
use crate::ui::notice::empty_state;
use crate::ui::table::{Column as Head, Direction, Holds, Row, Table, table};

pub fn rows(asked: &Asked, page: &ListPage, understood: &Understood) -> Markup {
    let Asked { visit, def, .. } = asked;
    let reading = Reading::new(visit, &page.names);
    let columns: Vec<Column> = understood.columns.clone();
    let main = main_column(def, &columns);
    let rows = page
        .rows
        .iter()
        .map(|row| {
            let cells = columns
                .iter()
                .enumerate()
                .map(|(at, column)| {
                    let cell = listed(&reading, def, row, *column);
                    // The row's link must say something.
                    match (cell.0.is_empty(), at == main) {
                        (true, true) => shows::marked(visit, &row.shown),
                        (true, false) => html! { span.is-empty { (visit.words.none) } },
                        (false, _) => cell,
                    }
                })
                .collect();
            Row {
                id: row.id.to_string().into(),
                name: row.shown.as_str().into(),
                href: Some(href(asked, row.id).into()),
                cells,
            }
        })
        .collect();
    let caption = def.title.get(visit.lang());
    let heads = columns
        .iter()
        .map(|column| head(asked, understood, *column))
        .collect();
    table(
        visit.words,
        &Table {
            caption: caption.into(),
            columns: heads,
            rows,
            main,
            ticks: None,
            empty: nothing(asked),
        },
    )
}

/// A reference to what is called by its code is a code.
fn holds(visit: &Visit, def: &Register, column: Column) -> Holds {
    if let Column::Field(ix) = column
        && let Kind::Ref { to } = def.get(ix).kind
    {
        let to = visit.app().catalogue().at(to);
        let first = to.shown.names().next();
        let called = first.and_then(|(name, _)| to.field(name));
        if called.is_some_and(|ix| matches!(to.get(ix).kind, Kind::Code { .. })) {
            return Holds::Code;
        }
    }
    column_holds(def, column)
}

/// A cell of the list. Texts may be cut off where lines stand close; the record shows them whole.
fn listed(reading: &Reading, def: &Register, row: &RecordView, column: Column) -> Markup {
    match (column, &row.colour) {
        (Column::Colour, Some(colour)) => coloured(reading.visit, colour),
        (Column::Field(ix), _)
            if matches!(
                holds(reading.visit, def, column),
                Holds::Text | Holds::Prose
            ) =>
        {
            let text = reading.text_of(def.get(ix), row, ix);
            match text.filter(|text| !text.is_empty()) {
                Some(text) => {
                    html! { span.clip title=(text) { (shows::marked(reading.visit, &text)) } }
                }
                None => html! {},
            }
        }
        (Column::ChangedAt, _) => moment(row.changed_at),
        (Column::CreatedAt, _) => moment(row.created_at),
        _ => reading.cell(def, row, column),
    }
}

/// The lamp. What is past its day says at once by how much; where there is nothing to watch no lamp
/// takes the eye.
fn coloured(visit: &Visit, colour: &Colour) -> Markup {
    let w = visit.words;
    match (colour.grade, &colour.message) {
        (Grade::NotApplicable, _) => html! {
            span.is-empty { (w.none) span.hidden-text { (shows::grade(colour.grade).word(w)) } }
        },
        (Grade::Expired, Some(message)) => lamp_told(shows::grade(colour.grade), message),
        (grade, message) => html! {
            (lamp(w, shows::grade(grade)))
            @if let Some(message) = message { " " span.lamp-said { (message) } }
        },
    }
}

/// The day; the minute stands there where there is room for it.
fn moment(at: kernel::Moment) -> Markup {
    let text = moment_short(at);
    let (day, minute) = text.split_once(' ').unwrap_or((&text, ""));
    html! { (day) span.minute { " " (minute) } }
}

/// A record of an old list is opened as it was then.
fn href(asked: &Asked, id: kernel::Id) -> String {
    let base = format!("/{}/{id}", asked.def.path);
    match &asked.question.as_of {
        Some(day) => format!("{base}?as_of={}", crate::pairs::encoded(day)),
        None => base,
    }
}

/// The column that carries the link: one that names the record, else the first field.
fn main_column(def: &Register, columns: &[Column]) -> usize {
    let names = |column: &Column| match column {
        Column::Field(ix) => def.shown.names().any(|(name, _)| name == def.get(*ix).name),
        _ => false,
    };
    // One that is always there first: a code that is empty says nothing.
    let sure = |column: &Column| match column {
        Column::Field(ix) => names(column) && def.get(*ix).required,
        _ => false,
    };
    let first = |test: &dyn Fn(&Column) -> bool| columns.iter().position(test);
    first(&sure)
        .or_else(|| first(&names))
        .or_else(|| first(&|column| matches!(column, Column::Field(_))))
        .unwrap_or(0)
}

fn head<'a>(asked: &Asked, understood: &Understood, column: Column) -> Head<'a> {
    let Asked {
        visit,
        def,
        question,
        ..
    } = asked;
    let head = Head::new(column_label(visit, def, column), holds(visit, def, column));
    if !app::sortable(def, column) {
        return head;
    }
    let now = understood
        .sort
        .first()
        .filter(|sort| sort.by == column)
        .map(|sort| {
            if sort.descending {
                Direction::Down
            } else {
                Direction::Up
            }
        });
    let name = column_name(def, column);
    let next = if now == Some(Direction::Up) {
        format!("-{name}")
    } else {
        name
    };
    head.sorted_by(question.sorted(next).href(def), now)
}

fn nothing(asked: &Asked) -> Markup {
    let Asked {
        visit,
        def,
        question,
        ..
    } = asked;
    let say = visit.say;
    let title = def.title.get(visit.lang());
    let mut acts = Vec::new();
    if question.narrows() {
        acts.push(Link::new(say.reset_all, super::home_of(def)));
    }
    if offer::may(visit, def, Verb::Create) {
        acts.push(Link::new(
            format!("{}{title}", say.new_of),
            format!("/{}/new", def.path),
        ));
    }
    if !question.narrows() && offer::may(visit, def, Verb::Import) {
        acts.push(Link::new(say.import, format!("/{}/import", def.path)));
    }
    let (head, advice) = match question.narrows() {
        true => (say.none_found, say.none_found_advice),
        // Advice that nobody of this role could follow is none.
        false if acts.is_empty() => (say.none_yet, ""),
        false => (say.none_yet, say.none_yet_advice),
    };
    empty_state(&head.replace("{n}", title), advice, &acts)
}
