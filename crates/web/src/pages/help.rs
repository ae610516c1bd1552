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
        ("/", say.guide.key_search),
        ("Ctrl K", say.guide.key_search),
        ("G H", say.home),
        ("C", say.guide.key_new),
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
        Column::new(say.guide.key, Holds::Code),
        Column::new(say.guide.key_does, Holds::Text),
    ];
    let ask: &[(&str, &str)] = &[
        ("2027-01-01..2027-03-31", say.guide.ask_range),
        ("330109", say.guide.ask_division),
        ("TS*", say.guide.ask_prefix),
        ("empty / any", say.guide.ask_empty),
    ];
    let asked: Vec<_> = ask
        .iter()
        .map(|(text, means)| vec![html! { code { (text) } }, html! { (means) }])
        .collect();
    let ask_heads = [
        Column::new(say.guide.ask_write, Holds::Code),
        Column::new(say.guide.ask_means, Holds::Text),
    ];
    let body = html! {
        div.columns {
            (card(say.guide.help_find, None, &html! { p { (say.guide.help_find_text) } p { (say.guide.help_list_text) } }))
            (card(say.guide.help_form, None, &html! { p { (say.guide.help_form_text) } p { (say.guide.help_conflict_text) } }))
            (card(say.guide.help_private, None, &html! { p { (say.guide.help_private_text) } }))
            (card(say.guide.help_ledger, None, &html! { p { (say.guide.help_ledger_text) } }))
        }
        (card(w.keys_title, None, &small_table(w.keys_title, &heads, &rows)))
        p.note { (say.guide.keys_note) }
        (card(say.guide.ask_title, None, &small_table(say.guide.ask_title, &ask_heads, &asked)))
        p { a href="/api/docs" { (say.guide.api_docs) } }
    };
    let parts = Parts::of(visit);
    let page = Page {
        body,
        ..parts.page(visit, say.help.to_owned())
    };
    frame::ok(&page)
}
