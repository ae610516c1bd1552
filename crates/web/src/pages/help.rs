//! Help: how to find, query and fill in; every key; where the rest of the documentation is.

use maud::html;

use crate::door::{Paged, Visit};
use crate::frame::{self, Parts};
use crate::ui::figure::card;
use crate::ui::page::Page;
use crate::ui::table::{Column, Holds, small_table};

pub fn show(visit: &Visit) -> Paged {
    let (say, w) = (visit.say, visit.words);
    let keys: &[(&str, &str)] = &[
        ("/", say.key_search),
        ("Ctrl K", say.key_search),
        ("G H", say.home),
        ("C", say.key_new),
        ("E", say.edit),
        ("J", w.keys_next),
        ("K", w.keys_previous),
        ("Enter", w.keys_open),
        ("?", w.keys_all),
    ];
    let rows: Vec<_> = keys
        .iter()
        .map(|(key, does)| {
            vec![
                html! { @for one in key.split(' ') { kbd { (one) } " " } },
                html! { (does) },
            ]
        })
        .collect();
    let heads = [
        Column::new(say.key, Holds::Code),
        Column::new(say.key_does, Holds::Text),
    ];
    let ask: &[(&str, &str)] = &[
        ("2027-01-01..2027-03-31", say.ask_range),
        ("330109", say.ask_division),
        ("TS*", say.ask_prefix),
        ("empty / any", say.ask_empty),
    ];
    let asked: Vec<_> = ask
        .iter()
        .map(|(text, means)| vec![html! { code { (text) } }, html! { (means) }])
        .collect();
    let ask_heads = [
        Column::new(say.ask_write, Holds::Code),
        Column::new(say.ask_means, Holds::Text),
    ];
    let body = html! {
        div.columns {
            (card(say.help_find, None, &html! { p { (say.help_find_text) } p { (say.help_list_text) } }))
            (card(say.help_form, None, &html! { p { (say.help_form_text) } p { (say.help_conflict_text) } }))
            (card(say.help_private, None, &html! { p { (say.help_private_text) } }))
            (card(say.help_ledger, None, &html! { p { (say.help_ledger_text) } }))
        }
        (card(w.keys_title, None, &small_table(w.keys_title, &heads, &rows)))
        p.note { (say.keys_note) }
        (card(say.ask_title, None, &small_table(say.ask_title, &ask_heads, &asked)))
        p { a href="/api/docs" { (say.api_docs) } }
    };
    let parts = Parts::of(visit);
    let page = Page {
        body,
        ..parts.page(visit, say.help.to_owned())
    };
    frame::ok(&page)
}
