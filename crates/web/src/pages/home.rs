//! One's own page after sign-in: the registers with their lists, and what changed lately.

use app::{Ask, Count, ListPage};
use catalogue::{Column, Grade, List, Register, RegisterIx};
use kernel::Verb;
use maud::{Markup, html};

use super::offer;
use super::shows::{Reading, thousands};
use super::when_recorded::moment_short;
use crate::door::{Paged, Visit};
use crate::frame::{self, Parts, list_href};
use crate::ui::button::Button;
use crate::ui::figure::{Figure, figures};
use crate::ui::lamp::lamp;
use crate::ui::page::{Page, Search};
use crate::ui::table::{Column as Head, Holds, small_table};

/// Records shown as changed lately.
const RECENT_ROWS: usize = 8;
/// Lists on the card of a register; the others stand on its own page.
const CARD_LISTS_MAX: usize = 7;

pub fn show(visit: &Visit) -> Paged {
    let session = visit.session()?;
    let catalogue = visit.app().catalogue().clone();
    let mut subsystems: Vec<_> = catalogue.subsystems.values().collect();
    subsystems.sort_by_key(|subsystem| subsystem.order);
    let mut cards = Vec::new();
    let mut alerts = Vec::new();
    for subsystem in subsystems {
        let mut inner = Vec::new();
        for (ix, def) in catalogue.all() {
            let mine = def.subsystem == subsystem.name && def.menu;
            if mine && offer::may(visit, def, Verb::See) {
                alerts.extend(alerts_of(visit, ix, def)?);
                inner.push(register_card(visit, ix, def)?);
            }
        }
        if !inner.is_empty() {
            let title = subsystem.title.get(visit.lang());
            cards.push(html! {
                section.home-group aria-label=(title) {
                    h2 { (title) }
                    div.columns { @for card in &inner { (card) } }
                }
            });
        }
    }
    let body = html! {
        (big_search(visit))
        @if !alerts.is_empty() {
            section.card.alert-card {
                div.card-head { h2 { (visit.say.alerts_title) } }
                div.card-body { @for alerts in &alerts { (alerts) } }
            }
        }
        @if cards.is_empty() { p.note { (visit.say.home_nothing) } }
        @for card in &cards { (card) }
        (recent(visit)?)
    };
    let parts = Parts::of(visit);
    let title = visit.say.home_title.replace("{n}", &session.person.name);
    let page = Page {
        body,
        lead: Some(lead(visit)),
        search: None,
        ..parts.page(visit, title)
    };
    frame::ok(&page)
}

/// The search box in the middle of the page; the top bar then has none.
pub fn big_search(visit: &Visit) -> Markup {
    let search = Search {
        action: "/search".into(),
        value: "".into(),
        placeholder: visit.say.search_placeholder.into(),
        csrf: visit.csrf().into(),
    };
    html! { div.home-search { (crate::ui::page::search_box(visit.words, &search)) } }
}

fn lead(visit: &Visit) -> Markup {
    let today = visit.app().now().local_date();
    let day = match visit.lang() {
        kernel::Lang::Zh => {
            format!(
                "{} 年 {} 月 {} 日",
                today.year(),
                today.month(),
                today.day()
            )
        }
        kernel::Lang::En => today.to_string(),
    };
    let unit = visit
        .session
        .as_ref()
        .map(|s| s.person.unit.as_str())
        .unwrap_or_default();
    html! { (day) @if !unit.is_empty() { " · " (unit) } }
}

/// How many records of a register have each colour that asks for something to be done.
fn alerts_of(visit: &Visit, ix: RegisterIx, def: &Register) -> Result<Option<Markup>, app::No> {
    let mut shown = Vec::new();
    for grade in Grade::ALL {
        let ruled = |warning: &catalogue::Warning| warning.grades.iter().any(|r| r.grade == grade);
        if grade >= Grade::Green || !def.warnings.iter().any(ruled) {
            continue;
        }
        let ask = Ask {
            unlisted: true,
            filters: vec![("colour".to_owned(), grade.word().to_owned())],
            ..Ask::default()
        };
        let count = visit.app().count(&visit.actor, ix, &ask)?;
        shown.push(Figure {
            label: lamp(visit.words, super::shows::grade(grade)),
            number: count_text(count).into(),
            note: "".into(),
            href: format!("{}?all=1&colour={}", list_href(&def.path), grade.word()).into(),
        });
    }
    let titles = def
        .warnings
        .iter()
        .map(|warning| warning.title.get(visit.lang()));
    let title = titles.collect::<Vec<_>>().join("、");
    Ok((!shown.is_empty()).then(|| {
        html! {
            div.alerts {
                p.figure-group { strong { (def.title.get(visit.lang())) } " " (title) }
                (figures(&title, &shown))
            }
        }
    }))
}

/// A register with its declared lists and how many records each has.
fn register_card(visit: &Visit, ix: RegisterIx, def: &Register) -> Result<Markup, app::No> {
    let lang = visit.lang();
    let href = list_href(&def.path);
    let mut lines = Vec::new();
    let offered: Vec<_> = def
        .lists
        .iter()
        .filter(|list| offer::list(visit, def, list))
        .collect();
    let more = offered.len().saturating_sub(CARD_LISTS_MAX);
    for list in offered.into_iter().take(CARD_LISTS_MAX) {
        let ask = Ask {
            list: Some(list.name.clone()),
            ..Ask::default()
        };
        let count = visit.app().count(&visit.actor, ix, &ask)?;
        lines.push((
            list.title.get(lang),
            list_page_href(&href, def, list),
            count_text(count),
        ));
    }
    let views = visit.app().views(&visit.actor, ix)?;
    Ok(html! {
        section.card {
            div.card-head {
                h3 { a href=(href) { (def.title.get(lang)) } }
                @if offer::may(visit, def, Verb::Create) {
                    a href={ "/" (def.path) "/new" } { (visit.say.new) }
                }
            }
            div.card-body {
                ul.home-lists {
                    @for (title, href, count) in &lines {
                        li { a href=(href) { (title) " " span.count { (count) } } }
                    }
                    @if more > 0 {
                        li { a href=(href) { (visit.say.all_lists.replace("{n}", &more.to_string())) } }
                    }
                    @for view in &views {
                        li { a href={ (list_href(&def.path)) "?" (view.query) } { (view.name) } }
                    }
                }
            }
        }
    })
}

fn list_page_href(href: &str, def: &Register, list: &List) -> String {
    match def.lists.first() {
        Some(first) if first.name == list.name => href.to_owned(),
        _ => format!("{href}?list={}", list.name),
    }
}

/// `1,000+` where counting stopped.
pub fn count_text(count: Count) -> String {
    match count {
        Count::Exactly(n) => thousands(n),
        Count::MoreThan(n) => format!("{}+", thousands(n)),
    }
}

/// What changed lately, over the registers that are ordered by change.
fn recent(visit: &Visit) -> Result<Markup, app::No> {
    let catalogue = visit.app().catalogue().clone();
    let mut found: Vec<(RegisterIx, ListPage)> = Vec::new();
    for (ix, def) in catalogue.all() {
        let fast = def.menu && app::sortable(def, Column::ChangedAt);
        if fast && offer::may(visit, def, Verb::See) {
            let ask = Ask {
                unlisted: true,
                sort: Some("-changed_at".to_owned()),
                limit: Some(RECENT_ROWS),
                columns: Some(vec!["changed_at".to_owned()]),
                ..Ask::default()
            };
            found.push((ix, visit.app().list(&visit.actor, ix, &ask)?.0));
        }
    }
    let mut rows: Vec<_> = found
        .iter()
        .flat_map(|(ix, page)| page.rows.iter().map(move |row| (*ix, row, page)))
        .collect();
    rows.sort_by_key(|(_, row, _)| std::cmp::Reverse(row.changed_at.0));
    rows.truncate(RECENT_ROWS);
    if rows.is_empty() {
        return Ok(html! {});
    }
    let say = visit.say;
    let heads = [
        Head::new(say.when, Holds::Date),
        Head::new(say.register, Holds::Text),
        Head::new(say.record, Holds::Text),
        Head::new(say.state, Holds::Lamp),
    ];
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|(ix, row, page)| {
            let def = catalogue.at(*ix);
            let reading = Reading::new(visit, &page.names);
            vec![
                html! { (moment_short(row.changed_at)) },
                html! { (def.title.get(visit.lang())) },
                html! { a href={ "/" (def.path) "/" (row.id) } { (row.shown) } },
                super::shows::state(&reading, def, row),
            ]
        })
        .collect();
    Ok(crate::ui::figure::card(
        say.recent,
        None,
        &small_table(say.recent, &heads, &cells),
    ))
}

/// The acts of a page whose register may be added to.
pub fn new_button(visit: &Visit, def: &Register) -> Markup {
    let label = format!("{}{}", visit.say.new_of, def.title.get(visit.lang()));
    Button::primary(label)
        .key("c")
        .link(&format!("/{}/new", def.path))
}
