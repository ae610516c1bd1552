//! Accounts of one's own enterprise: whoever administers it adds colleagues, gives them their first
//! sign-in link, and closes the accounts of those who have left.

use app::{Colleague, No};
use kernel::{Id, Reason, Refusal};
use maud::{Markup, html};
use speech::Said;

use super::blamed::{Blamed, select};
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::Parts;
use crate::pairs::Pairs;
use crate::ui::button::{self, Button};
use crate::ui::field::{Control, Entry, TextInput, Type, field};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Page, csrf};
use crate::ui::table::{Column, Holds, Row, Table, table};

/// Longest login and name, as the definition has them.
const LOGIN_CHARS_MAX: u32 = 32;
const NAME_CHARS_MAX: u32 = 40;

/// The way here, on the account page of whoever has it.
pub fn card(visit: &Visit) -> Markup {
    let say = &visit.say.strangers;
    let may = !visit.app().colleague_roles(&visit.actor).is_empty();
    html! {
        @if may {
            section.card {
                div.card-head { h2 { (say.people) } }
                div.card-body {
                    p { (say.people_lead) }
                    p { (Button::plain(say.people_manage).link("/account/people")) }
                }
            }
        }
    }
}

pub fn show(visit: &Visit) -> Paged {
    let typed = visit.draft().unwrap_or_default();
    page(visit, &typed, None, html! {})
}

pub fn take(visit: &Visit, sent: Sent) -> Paged {
    let pairs = &sent.pairs;
    let named = (pairs.get("login"), pairs.get("name"));
    let made = visit
        .app()
        .add_colleague(&visit.actor, named, pairs.get("role"));
    match made {
        Ok(made) => see(&format!("/account/people?added={}", made.account)),
        Err(No::Refused(no)) if matches!(no.reason, Reason::Invalid | Reason::Conflict) => {
            page(visit, pairs, Some(&no), html! {})
        }
        Err(no) => Err(no),
    }
}

/// The link is shown once, on the answer itself.
pub fn link(visit: &Visit, sent: Sent) -> Paged {
    let account = of(&sent)?;
    match visit.app().colleague_link(&visit.actor, account) {
        Ok(token) => {
            let link = format!("{}/login/{token}", visit.site_address());
            let told = html! {
                (notice(visit.words, Kind::Warning, &html! { (visit.say.invite_once) }))
                section.card {
                    div.card-body {
                        p { strong.revealed { (link) } " " (button::copy(visit.words, &link)) }
                    }
                }
            };
            page(visit, &Pairs::default(), None, told)
        }
        Err(no) => refused(visit, no, &sent),
    }
}

pub fn close(visit: &Visit, sent: Sent) -> Paged {
    match visit.app().close_colleague(&visit.actor, of(&sent)?) {
        Ok(_) => see("/account/people?closed=1"),
        Err(no) => refused(visit, no, &sent),
    }
}

/// After a proof one comes back to the list, and asks again: the forms have no page of their own.
fn refused(visit: &Visit, no: No, sent: &Sent) -> Paged {
    match no {
        No::Refused(no) if no.reason == Reason::Conflict => {
            page(visit, &Pairs::default(), Some(&no), html! {})
        }
        no => visit.prove_for(no, &sent.pairs, "/account/people"),
    }
}

fn of(sent: &Sent) -> Result<Id, No> {
    let account = sent.pairs.get("account").parse();
    account.map_err(|_| Refusal::not_found().into())
}

fn page(visit: &Visit, typed: &Pairs, refusal: Option<&Refusal>, told: Markup) -> Paged {
    let say = &visit.say.strangers;
    let people = visit.app().own_accounts(&visit.actor)?;
    let blames = match refusal {
        Some(refusal) if refusal.reason == Reason::Invalid => refusal.blames.as_slice(),
        _ => &[],
    };
    let blamed = Blamed { visit, blames };
    let added = visit.query.filled("added");
    let added = people
        .iter()
        .find(|one| added == Some(one.account.to_string().as_str()));
    let body = html! {
        (told)
        (blamed.summary())
        section.card {
            div.card-head { h2 { (say.people) } }
            (list(visit, &people))
        }
        (form(visit, &blamed, typed))
    };
    let notices = html! {
        @if let Some(refusal) = refusal.filter(|refusal| refusal.reason != Reason::Invalid) {
            (notice(visit.words, Kind::Error, &html! { (refusal.message.get(visit.lang())) }))
        }
        @if let Some(one) = added {
            @let word = if one.is_open { say.people_added } else { say.people_asked };
            (notice(visit.words, Kind::Success, &html! { (word.replace("{n}", &one.login)) }))
        }
        @if visit.query.has("closed") {
            (notice(visit.words, Kind::Success, &html! { (say.people_closed) }))
        }
    };
    let parts = Parts::of(visit);
    blamed.answer(Page {
        body,
        notices,
        lead: Some(html! { (say.people_lead) }),
        ..parts.page(visit, say.people.to_owned())
    })
}

fn list(visit: &Visit, people: &[Colleague]) -> Markup {
    let say = visit.say;
    let whole = Table {
        caption: say.strangers.people.into(),
        columns: vec![
            Column::new(say.login, Holds::Text),
            Column::new(say.name, Holds::Text),
            Column::new(say.role, Holds::Text),
            Column::new(say.strangers.people_state, Holds::Text),
            Column::new("", Holds::Text),
        ],
        rows: people.iter().map(|one| row(visit, one)).collect(),
        main: 0,
        ticks: None,
        empty: html! {},
    };
    table(visit.words, &whole)
}

fn row<'a>(visit: &Visit, one: &Colleague) -> Row<'a> {
    let lang = visit.lang();
    let act = |action: &str, label: &str| {
        html! {
            form.is-inline method="post" action=(action) {
                (csrf(&visit.csrf()))
                input type="hidden" name="account" value=(one.account);
                (Button::plain(label).submit())
            }
        }
    };
    let acts = html! {
        @if one.is_theirs && one.is_open {
            (act("/account/people/link", visit.say.invite_make))
            (act("/account/people/close", visit.say.strangers.people_close))
        }
    };
    Row {
        id: one.account.to_string().into(),
        name: one.login.clone().into(),
        href: None,
        cells: vec![
            html! { span.is-code { (one.login) } },
            html! { (one.name) },
            html! { (one.role.get(lang)) },
            html! { (one.state.get(lang)) },
            acts,
        ],
    }
}

fn form(visit: &Visit, blamed: &Blamed, typed: &Pairs) -> Markup {
    let say = visit.say;
    let roles = visit.app().colleague_roles(&visit.actor);
    let only = roles.first().map(|(name, _)| name.clone());
    let chosen = typed.filled("role").map(str::to_owned).or(only);
    let entry =
        |(name, label): (String, Said)| Entry::new(name, label.get(visit.lang()).to_owned());
    let entries = roles.into_iter().map(entry).collect();
    let role = select(chosen.as_deref().unwrap_or_default(), entries, None);
    let text = |name: &str, kind, max| {
        Control::Text(TextInput {
            typed: typed.get(name).to_owned().into(),
            kind,
            max: Some(max),
            placeholder: None,
        })
    };
    let login = blamed.field("login", say.login);
    let name = blamed.field("name", say.name).never_kept();
    html! {
        form.card method="post" action="/account/people" novalidate {
            (csrf(&visit.csrf()))
            div.card-head { h2 { (say.strangers.people_add) } }
            div.fields.is-single {
                (field(visit.words, &login, &text("login", Type::Code, LOGIN_CHARS_MAX)))
                (field(visit.words, &name, &text("name", Type::Plain, NAME_CHARS_MAX)))
                (field(visit.words, &blamed.field("role", say.role), &role))
            }
            div.form-acts { (Button::primary(say.strangers.people_add).submit()) }
        }
    }
}
