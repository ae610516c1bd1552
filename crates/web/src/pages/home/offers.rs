//! What registers offer on the home page of a door: acts that begin something, and lists with the
//! number of their rows. Rights are asked as everywhere; an offer gives none.

use app::{Ask, Count};
use catalogue::{Door, Label, Leads, List, Offer, Register, RegisterIx};
use kernel::Verb;
use maud::{Markup, html};

use super::door_of;
use crate::door::Visit;
use crate::frame::list_href;
use crate::pages::offer as allowed;
use crate::pages::shows::{self, thousands};
use crate::pairs::Pairs;
use crate::ui::button::{Button, Weight};
use crate::ui::figure::{Figure, figures};
use crate::ui::lamp::lamp;

/// An offer with the register it is of.
pub struct Offered<'a> {
    pub ix: RegisterIx,
    pub def: &'a Register,
    pub offer: &'a Offer,
}

impl Offered<'_> {
    fn label(&self) -> &Label {
        let listed = match &self.offer.leads {
            Leads::List { name, .. } => self.def.list(name).map(|list| &list.title),
            Leads::Begin { .. } => None,
        };
        let label = self.offer.label.as_ref().or(listed);
        label.unwrap_or(&self.def.title)
    }
}

/// What is offered at the door of this visit, as far as the person may use it.
pub fn offered(visit: &Visit) -> Vec<Offered<'_>> {
    let door = door_of(visit);
    let mut found = all_at(visit, door);
    found.retain(|one| match &one.offer.leads {
        Leads::Begin { state, .. } => {
            allowed::may(visit, one.def, Verb::Create)
                && kernel::may_begin(one.def, &visit.actor, *state)
        }
        Leads::List { name, .. } => one
            .def
            .list(name)
            .is_some_and(|list| allowed::list(visit, one.def, list)),
    });
    found.sort_by_key(|one| one.offer.order);
    found
}

fn all_at(visit: &Visit, door: Door) -> Vec<Offered<'_>> {
    let registers = visit.app().catalogue().all();
    registers
        .flat_map(|(ix, def)| {
            let here = def.offers.iter();
            here.filter(move |offer| offer.doors.contains(&door))
                .map(move |offer| Offered { ix, def, offer })
        })
        .collect()
}

/// The acts as buttons; the first weighs most.
pub fn acts(visit: &Visit) -> Markup {
    let offered = offered(visit);
    let begins: Vec<(&Offered, String)> = offered
        .iter()
        .filter_map(|one| Some((one, form_href(one)?)))
        .collect();
    html! {
        @if !begins.is_empty() {
            nav.door-acts aria-label=(visit.say.doors.acts) {
                @for (at, (one, href)) in begins.iter().enumerate() {
                    @let weight = if at == 0 { Weight::Primary } else { Weight::Plain };
                    (Button::new(one.label().get(visit.lang()), weight).link(href))
                }
            }
        }
    }
}

/// The form with what is known already.
fn form_href(one: &Offered) -> Option<String> {
    let Leads::Begin { state, with } = &one.offer.leads else {
        return None;
    };
    let mut pairs = Pairs::default();
    pairs.push("_state", one.def.states[state.0].name.clone());
    for (ix, value) in with {
        pairs.push(one.def.get(*ix).name.clone(), value.clone());
    }
    Some(pairs.href(&format!("/{}/new", one.def.path)))
}

/// The lists as figures, each leading to exactly the rows it counts.
pub fn figures_of(visit: &Visit, title: &str) -> Result<Markup, app::No> {
    let mut shown = Vec::new();
    for one in offered(visit) {
        let Leads::List { name, colour } = &one.offer.leads else {
            continue;
        };
        let Some(list) = one.def.list(name) else {
            continue;
        };
        let ask = Ask {
            list: Some(name.clone()),
            ..Ask::default()
        };
        let count = visit.app().count(&visit.actor, one.ix, &ask)?;
        let label = one.label().get(visit.lang()).to_owned();
        shown.push(Figure {
            label: match colour {
                Some(grade) => {
                    html! { (lamp(visit.words, shows::grade(*grade))) " " (label) }
                }
                None => html! { (label) },
            },
            number: count_text(count).into(),
            note: "".into(),
            href: list_page_href(one.def, list).into(),
        });
    }
    Ok(html! {
        @if !shown.is_empty() {
            section.door-figures {
                h2 { (title) }
                (figures(title, &shown))
            }
        }
    })
}

/// The page of a declared list.
pub fn list_page_href(def: &Register, list: &List) -> String {
    let href = list_href(&def.path);
    match def.lists.first() {
        Some(first) if first.name == list.name => href,
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
