//! What expires when: the gravest rows of the lists that a door shows under a lamp.

use app::{Ask, ListPage, RecordView};
use catalogue::{Leads, Register};
use kernel::Grade;
use maud::{Markup, html};

use super::offers::offered;
use crate::door::Visit;
use crate::pages::shows;
use crate::ui::table::{Column as Head, Holds, Row, Table, table};

/// Rows shown; all of them stand behind the figures.
const ROWS: usize = 6;

struct Due<'a> {
    def: &'a Register,
    row: RecordView,
    grade: Grade,
}

/// The card; nothing when nothing is due.
pub fn card(visit: &Visit, title: &str) -> Result<Markup, app::No> {
    let mut found: Vec<Due> = Vec::new();
    for one in offered(visit) {
        let Leads::List {
            name,
            colour: Some(of_list),
        } = &one.offer.leads
        else {
            continue;
        };
        let ask = Ask {
            list: Some(name.clone()),
            limit: Some(ROWS),
            columns: Some(vec!["colour".to_owned()]),
            ..Ask::default()
        };
        let (ListPage { rows, .. }, _) = visit.app().list(&visit.actor, one.ix, &ask)?;
        for row in rows {
            // The same record may stand in several lists: once is enough.
            if !found.iter().any(|known| known.row.id == row.id) {
                let own = row.colour.as_ref().map(|colour| colour.grade);
                let grade = own.filter(|grade| *grade < Grade::Green);
                let grade = grade.unwrap_or(*of_list);
                let def = one.def;
                found.push(Due { def, row, grade });
            }
        }
    }
    found.sort_by_key(|due| due.grade);
    found.truncate(ROWS);
    let say = visit.say;
    let rows = found.iter().map(|due| line(visit, due)).collect();
    let whole = Table {
        caption: title.into(),
        columns: vec![
            Head::new(say.colour, Holds::Lamp),
            Head::new(say.record, Holds::Prose),
            Head::new(say.register, Holds::Prose),
        ],
        rows,
        main: 1,
        ticks: None,
        empty: html! { div.card-body { p.note { (say.doors.nothing_due) } } },
    };
    Ok(html! {
        section.card.todo-list.is-card {
            div.card-head { h2 { (title) } }
            (table(visit.words, &whole))
        }
    })
}

fn line<'a>(visit: &Visit, due: &'a Due) -> Row<'a> {
    let Due { def, row, grade } = due;
    let said = match &row.colour {
        Some(colour) if colour.grade == *grade => shows::colour_lamp(visit, colour),
        _ => crate::ui::lamp::lamp(visit.words, shows::grade(*grade)),
    };
    Row {
        id: "".into(),
        name: row.shown.as_str().into(),
        href: Some(format!("/{}/{}", def.path, row.id).into()),
        cells: vec![
            said,
            html! { span.clip title=(row.shown) { (shows::marked(visit, &row.shown)) } },
            html! { (def.title.get(visit.lang())) },
        ],
    }
}
