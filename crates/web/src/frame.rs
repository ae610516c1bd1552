//! The frame of every page, filled from the visit: navigation from definitions, person, search box.

use axum::response::Response;
use catalogue::Lang;
use http::StatusCode;
use kernel::{Profile, Verb};

use crate::door::{Paged, Visit, html_page};
use crate::pages::{calendar, flows, offer, units};
use crate::pairs::Pairs;
use crate::ui::Link;
use crate::ui::page::{NavGroup, NavItem, Page, Person, Place, Post, Search, page, plain_page};

/// What a page borrows from while it is put together.
pub struct Parts {
    nav: Vec<NavGroup<'static>>,
    links: Vec<Link<'static>>,
    unit: String,
    posts: Vec<Post<'static>>,
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
            posts: posts(visit),
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
            posts: &self.posts,
            post_action: "/account/post".into(),
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
            profile: Some(match visit.app().profile() {
                Profile::Full => visit.say.posts.profile_full,
                Profile::Small => visit.say.posts.profile_small,
            }),
            ..Page::new(visit.words, settings.product(visit.lang()), title)
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
            live: None,
            key: key.map(Into::into),
        }
    };
    let mut todo = item(say.todo, "/todo".to_owned(), Some("g t"));
    if visit.session.is_some() {
        todo.count = waiting(visit);
        todo.live = Some("todo");
    }
    let mine = match visit.session {
        Some(_) => vec![
            item(say.home, "/home".to_owned(), Some("g h")),
            todo,
            item(say.imports, "/imports".to_owned(), None),
        ],
        None => vec![
            item(say.home, "/".to_owned(), Some("g h")),
            item(say.progress, "/progress".to_owned(), None),
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
        let mut items = items;
        if subsystem.name == "house" && units::is_mine(visit) {
            items.insert(0, item(say.units.units, units::PATH.to_owned(), None));
        }
        if subsystem.name == "house" && calendar_is_mine(visit) {
            items.push(item(say.watch.calendar, calendar::PATH.to_owned(), None));
        }
        if subsystem.name == "house" {
            items.extend(
                watching(visit)
                    .into_iter()
                    .map(|(label, href)| item(label, href, None)),
            );
        }
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

/// The posts held today, as the head of the page offers them. A page is not lost for want of them.
fn posts(visit: &Visit) -> Vec<Post<'static>> {
    let Some(session) = &visit.session else {
        return Vec::new();
    };
    let held = visit.app().posts(session).unwrap_or_default();
    let post = |post: &app::PostView| Post {
        id: post.id.to_string().into(),
        label: post_label(visit, post).into(),
        place: if post.is_this {
            Place::Here
        } else {
            Place::Elsewhere
        },
    };
    held.iter().map(post).collect()
}

/// `科长 · 萧山分局（代 张三）`.
pub fn post_label(visit: &Visit, post: &app::PostView) -> String {
    let w = visit.words;
    let mut label = format!("{} · {}", post.role, post.unit);
    if let Some(name) = &post.on_behalf {
        let stead = visit.say.posts.in_stead.replace("{n}", name);
        label.push_str(&format!("{}{stead}{}", w.bracket, w.bracket_end));
    }
    label
}

/// The steps of all below, for who supervises, and the versions of flows, for who keeps the system.
fn watching(visit: &Visit) -> Vec<(&'static str, String)> {
    let say = visit.say.watch;
    let catalogue = visit.app().catalogue();
    let on = |name: &str, verb| {
        let def = catalogue.register(name).map(|ix| catalogue.at(ix));
        def.filter(|def| offer::may(visit, def, verb))
    };
    let steps = on("house.task", Verb::Export);
    let steps = steps.map(|def| (say.steps, format!("{}?list=steps", list_href(&def.path))));
    let flows = on("house.flow", Verb::See).map(|_| (say.flows, flows::PATH.to_owned()));
    steps.into_iter().chain(flows).collect()
}

/// Whether the person keeps the calendar of working days.
fn calendar_is_mine(visit: &Visit) -> bool {
    let catalogue = visit.app().catalogue();
    let days = catalogue.register("house.calendar_day");
    days.is_some_and(|ix| offer::may(visit, catalogue.at(ix), Verb::Import))
}

/// How much waits for the person; nothing where nothing does.
fn waiting(visit: &Visit) -> Option<crate::ui::Text<'static>> {
    let counts = visit.app().todo_counts(&visit.actor).ok()?;
    let shown = crate::pages::home::count_text(counts.todo);
    (counts.todo != app::Count::Exactly(0)).then(|| shown.into())
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
