//! Several applications for one code, side by side: whoever confirms one refuses the others, so he sees them.

use app::Ask;
use catalogue::{Column, FieldIx, Phase};
use maud::{Markup, html};

use super::Open;
use crate::pages::shows::{column_holds, column_label};
use crate::ui::figure::card;
use crate::ui::table::{Column as Head, small_table};

/// Beside each other nobody compares more.
const ROWS_MAX: usize = 20;

pub fn side_by_side(open: &Open) -> Result<Markup, app::No> {
    let Open {
        visit,
        ix,
        def,
        page,
        ..
    } = open;
    let none = || Ok(html! {});
    let Some(enrol) = &def.enrol else {
        return none();
    };
    let waits = |phase: Phase| !matches!(phase, Phase::Done | Phase::Void);
    let here = page.record.state.map(|state| def.states[state.0].phase);
    let code = page.record.field(enrol.code);
    let (Some(code), true, None) = (code, here.is_some_and(waits), open.then) else {
        return none();
    };
    let code = open.reading.text(def.get(enrol.code), code);
    let states = def.states.iter().filter(|state| waits(state.phase));
    let states: Vec<&str> = states.map(|state| state.name.as_str()).collect();
    // What each applicant wrote, without the code, which is the same.
    let asked: Vec<FieldIx> = (enrol.asked.iter().copied())
        .filter(|field| *field != enrol.code)
        .collect();
    let shown = [vec![enrol.code], asked.clone()].concat();
    let ask = Ask {
        unlisted: true,
        filters: vec![
            (def.get(enrol.code).name.clone(), code),
            ("state".to_owned(), states.join(",")),
        ],
        limit: Some(ROWS_MAX),
        columns: Some(shown.iter().map(|f| def.get(*f).name.clone()).collect()),
        ..Ask::default()
    };
    let (found, _) = visit.app().list(&visit.actor, *ix, &ask)?;
    if found.rows.len() < 2 {
        return none();
    }
    let columns: Vec<Column> = (asked.into_iter().map(Column::Field))
        .chain([Column::CreatedAt])
        .collect();
    let said = &visit.say.strangers;
    let first = Head::new(said.rival, column_holds(def, Column::State));
    let heads: Vec<Head> = std::iter::once(first)
        .chain(columns.iter().map(|column| {
            Head::new(
                column_label(visit, def, *column),
                column_holds(def, *column),
            )
        }))
        .collect();
    let cells: Vec<Vec<Markup>> = (found.rows.iter())
        .map(|row| {
            let which = match row.id == page.record.id {
                true => html! { strong { (said.rival_this) } },
                false => html! { a href={ "/" (def.path) "/" (row.id) } { (said.rival_other) } },
            };
            let rest = columns.iter().map(|c| open.reading.cell(def, row, *c));
            std::iter::once(which).chain(rest).collect()
        })
        .collect();
    let count = found.rows.len().to_string();
    let title = said.rivals.replace("{n}", &count);
    Ok(html! {
        (card(&title, None, &html! {
            p { (said.rivals_told) }
            (small_table(&title, &heads, &cells))
        }))
    })
}
