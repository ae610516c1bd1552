//! The frame of every page, filled from the visit: navigation from definitions, person, search box.

use axum::response::Response;
use catalogue::Lang;
use http::StatusCode;
use kernel::Verb;

use crate::door::{Paged, Visit, html_page};
use crate::pages::offer;
use crate::pairs::Pairs;
use crate::ui::Link;
use crate::ui::page::{NavGroup, NavItem, Page, Person, Place, Search, page, plain_page};

/// What a page borrows from while it is put together.
pub struct Parts {
    nav: Vec<NavGroup<'static>>,
    links: Vec<Link<'static>>,
    unit: String,
}

impl Parts {
    pub fn of(visit: &Visit) -> Parts {
        let unit = visit
            .session
            .as_ref()
            .map(|s| s.person.unit.clone())
            .unwrap_or_default();
        Parts {
            nav: nav(visit),
            links: menu(visit),
            unit,
        }
    }

    /// A page with everything but its body.
    pub fn page<'a>(&'a self, visit: &'a Visit, title: String) -> Page<'a> {
        let settings = &visit.door.settings;
        let person = visit.session.as_ref().map(|session| Person {
            name: session.person.name.clone().into(),
            role: session.person.role.clone().into(),
            mark: visit.mark().into(),
            csrf: session.csrf.clone().into(),
            look_action: "/look".into(),
            sign_out_action: "/logout".into(),
            links: &self.links,
        });
        Page {
            unit: Some(self.unit.as_str()).filter(|unit| !unit.is_empty()),
            look: visit.look,
            person,
            nav: &self.nav,
            search: Some(Search {
                action: "/search".into(),
                value: "".into(),
                placeholder: visit.say.search_placeholder.into(),
                csrf: visit.csrf().into(),
            }),
            strip: settings.strip.as_deref(),
            foot: &settings.foot,
            ..Page::new(visit.words, &settings.product, title)
        }
    }
}

/// The page as an answer.
pub fn ok(parts: &Page<'_>) -> Paged {
    Ok(with_status(StatusCode::OK, parts))
}

pub fn with_status(status: StatusCode, parts: &Page<'_>) -> Response {
    html_page(status, page(parts))
}

/// The same in the middle of the window, without navigation.
pub fn plain(status: StatusCode, parts: &Page<'_>) -> Response {
    html_page(status, plain_page(parts))
}

/// The address of a register's list.
pub fn list_href(path: &str) -> String {
    format!("/{path}/")
}

fn nav(visit: &Visit) -> Vec<NavGroup<'static>> {
    let say = visit.say;
    let item = |label: &str, href: String, key: Option<&'static str>| {
        let here = match href.as_str() {
            "/" | "/home" => visit.path == href,
            _ => visit.path.starts_with(&href),
        };
        NavItem {
            label: label.to_owned().into(),
            place: if here { Place::Here } else { Place::Elsewhere },
            href: href.into(),
            count: None,
            key: key.map(Into::into),
        }
    };
    let mine = match visit.session {
        Some(_) => vec![
            item(say.home, "/home".to_owned(), Some("g h")),
            item(say.imports, "/imports".to_owned(), None),
        ],
        None => vec![
            item(say.home, "/".to_owned(), Some("g h")),
            item(say.sign_in, "/login".to_owned(), None),
        ],
    };
    let mut groups = vec![NavGroup {
        label: say.nav_mine.into(),
        items: mine,
    }];
    let catalogue = visit.app().catalogue();
    let mut subsystems: Vec<_> = catalogue.subsystems.values().collect();
    subsystems.sort_by_key(|subsystem| subsystem.order);
    for subsystem in subsystems {
        let items: Vec<_> = catalogue
            .all()
            .filter(|(_, def)| def.subsystem == subsystem.name && def.menu)
            .filter(|(_, def)| offer::may(visit, def, Verb::See))
            .map(|(_, def)| item(def.title.get(visit.lang()), list_href(&def.path), None))
            .collect();
        if !items.is_empty() {
            let label = subsystem.title.get(visit.lang()).to_owned();
            groups.push(NavGroup {
                label: label.into(),
                items,
            });
        }
    }
    groups
}

fn menu(visit: &Visit) -> Vec<Link<'static>> {
    let say = visit.say;
    let (other, word) = match visit.lang() {
        Lang::Zh => ("English", "en"),
        Lang::En => ("中文", "zh"),
    };
    let mut here: Pairs = visit.query.clone();
    here.drop("lang");
    here.drop("v");
    here.push("lang", word);
    // The answer to a form has no address of its own to come back to.
    let back = match visit.method {
        http::Method::GET => here.href(&visit.path),
        _ => format!("/account?lang={word}"),
    };
    vec![
        Link::new(say.account, "/account"),
        Link::new(say.help, "/help"),
        Link::new(other, back),
    ]
}
