//! How one is told outside the system: the address and its proof, what is mailed and when, the feed.

use app::{Choice, How, No, ReachView};
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use http::{HeaderValue, StatusCode};
use kernel::{Blame, Reason, Refusal};
use maud::{Markup, html};

use super::blamed::{Blamed, select};
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::{self, Parts};
use crate::pairs::Pairs;
use crate::ui::button::{self, Button};
use crate::ui::field::{Choices, Control, Entry, Field, TextInput, Type, field};
use crate::ui::lamp::{Tone, badge};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Page, csrf};
use crate::ui::{Link, Text};

pub const PATH: &str = "/account/notices";
const HOURS: i64 = 24;

/// The way there, on the account page.
pub fn card(visit: &Visit) -> Result<Markup, No> {
    let say = visit.say.told;
    let view = visit.app().reach(&visit.actor)?;
    let on = view.is_proved && view.failed_at.is_none() && view.choice.how != How::Never;
    let now = match on {
        true => say
            .reach_on
            .replace("{n}", &how_label(visit, view.choice.how)),
        false => say.reach_off.to_owned(),
    };
    Ok(html! {
        section.card #notices {
            div.card-head { h2 { (say.reach) } }
            div.card-body { p { (now) } p { (Button::plain(say.reach_manage).link(PATH)) } }
        }
    })
}

pub fn show(visit: &Visit) -> Paged {
    page(visit, None, &[])
}

pub fn take(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let (app, typed) = (visit.app(), &sent.pairs);
    let done = match typed.get("do") {
        "email" => app
            .set_email(&visit.actor, typed.get("email"))
            .map(|()| "sent"),
        "prove" => app
            .prove_email(&visit.actor, typed.get("word"))
            .map(|()| "proved"),
        "drop" => app.drop_email(&visit.actor).map(|()| "dropped"),
        "choose" => chosen(typed)
            .and_then(|choice| app.choose_reach(&visit.actor, &choice))
            .map(|()| "saved"),
        "feed_drop" => app.drop_feed(&visit.actor).map(|()| "feed_ended"),
        "feed" => return feed_made(visit),
        _ => return see(PATH),
    };
    match done {
        Ok(word) => see(&format!("{PATH}?ok={word}")),
        Err(No::Refused(refusal)) if is_told_here(&refusal) => {
            page(visit, Some(typed), &told_here(typed, refusal))
        }
        Err(no) => Err(no),
    }
}

/// What the person can put right on the page itself.
fn is_told_here(refusal: &Refusal) -> bool {
    matches!(
        refusal.reason,
        Reason::Invalid | Reason::TooMany | Reason::Conflict
    )
}

/// A refusal that names no place stands at the address.
fn told_here(typed: &Pairs, refusal: Refusal) -> Vec<Blame> {
    if !refusal.blames.is_empty() {
        return refusal.blames;
    }
    let name = if typed.get("do") == "prove" {
        "word"
    } else {
        "email"
    };
    vec![Blame::at(name, "refused", refusal.message)]
}

fn chosen(typed: &Pairs) -> Result<Choice, No> {
    let hour = |name: &str| typed.get(name).parse::<i64>().ok();
    Ok(Choice {
        how: How::of_word(typed.get("how")).unwrap_or(How::Never),
        kinds: typed
            .all("kinds")
            .filter(|kind| !kind.is_empty())
            .map(str::to_owned)
            .collect(),
        hour: hour("hour").unwrap_or(8),
        quiet: app::quiet_hours(hour("quiet_from"), hour("quiet_to"))?,
    })
}

fn page(visit: &Visit, typed: Option<&Pairs>, blames: &[Blame]) -> Paged {
    visit.session()?;
    let say = visit.say.told;
    let view = visit.app().reach(&visit.actor)?;
    let refused = Blamed { visit, blames };
    let body = html! {
        (refused.summary())
        p.lead { (say.reach_lead) }
        @if visit.app().sends_mail() {
            (address(visit, &view, typed, &refused))
            (choices(visit, &view, &refused))
        } @else {
            section.card {
                div.card-head { h2 { (say.email) } }
                div.card-body { p { (say.mail_none) } }
            }
        }
        (feed(visit)?)
    };
    let told = match visit.query.get("ok") {
        "sent" => Some(say.sent),
        "proved" => Some(say.proved),
        "dropped" => Some(say.dropped),
        "saved" => Some(say.saved),
        "feed_ended" => Some(say.feed_ended),
        _ => None,
    };
    let notices = html! {
        @if let Some(told) = told.filter(|_| blames.is_empty()) {
            (notice(visit.words, Kind::Success, &html! { (told) }))
        }
        @if view.failed_at.is_some() {
            @let code = view.fault.as_deref().unwrap_or_default();
            (notice(visit.words, Kind::Error, &html! { (say.email_failed.replace("{n}", code)) }))
        }
    };
    let crumbs = [Link::new(visit.say.account, "/account")];
    let parts = Parts::of(visit);
    refused.answer(Page {
        body,
        notices,
        crumbs: &crumbs,
        ..parts.page(visit, say.reach.to_owned())
    })
}

/// The form of one act of this page.
fn form(visit: &Visit, what: &str, fields: &Markup, button: &Markup) -> Markup {
    html! {
        form method="post" action=(PATH) novalidate {
            (csrf(&visit.csrf()))
            input type="hidden" name="do" value=(what);
            (fields)
            div.form-acts { (button) }
        }
    }
}

fn address(visit: &Visit, view: &ReachView, typed: Option<&Pairs>, refused: &Blamed) -> Markup {
    let (say, w) = (visit.say.told, visit.words);
    let typed_email = typed.map_or("", |typed| typed.get("email"));
    let input = |kind, typed: &str| {
        Control::Text(TextInput {
            kind,
            typed: Text::Owned(typed.to_owned()),
            ..TextInput::default()
        })
    };
    let email = html! {
        div.fields.is-single {
            (field(w, &refused.field("email", say.email), &input(Type::Email, typed_email)))
        }
    };
    let word = html! {
        div.fields.is-single {
            (field(w, &refused.field("word", say.word).hint(say.word_hint).never_kept(), &input(Type::OneTimeCode, "")))
        }
    };
    let none = html! {};
    html! {
        section.card #email {
            div.card-head { h2 { (say.email) } }
            div.card-body {
                @match &view.email {
                    None => p { (say.email_none) },
                    Some(email) => p {
                        (say.email_now.replace("{n}", email)) " "
                        @if view.is_proved { (badge(Tone::Done, say.email_proved)) }
                        @else { (badge(Tone::Waiting, say.email_waiting)) }
                    },
                }
            }
            @if view.word_is_out {
                (form(visit, "prove", &word, &Button::primary(say.word_submit).submit()))
            }
            @if view.email.is_none() {
                (form(visit, "email", &email, &Button::primary(say.email_send).submit()))
            } @else {
                details open[!refused.blames.is_empty()] {
                    summary { (say.email_other) }
                    (form(visit, "email", &email, &Button::plain(say.email_send).submit()))
                }
                (form(visit, "drop", &none, &Button::plain(say.email_drop).submit()))
            }
        }
    }
}

fn how_label(visit: &Visit, how: How) -> String {
    let list = visit.app().catalogue().choices.get("house.notice_how");
    let entry = list.and_then(|list| list.entries.get(how.word()));
    entry.map_or(String::new(), |entry| {
        entry.label.get(visit.lang()).to_owned()
    })
}

fn choices(visit: &Visit, view: &ReachView, refused: &Blamed) -> Markup {
    let (say, w, lang) = (visit.say.told, visit.words, visit.lang());
    let hours = || {
        let hour = |hour: i64| {
            Entry::new(
                hour.to_string(),
                say.oclock.replace("{n}", &hour.to_string()),
            )
        };
        (0..HOURS).map(hour).collect()
    };
    let chosen = |hour: Option<i64>| hour.map_or(String::new(), |hour| hour.to_string());
    let how = Control::Choice(crate::ui::field::Choice {
        chosen: view.choice.how.word().into(),
        entries: How::ALL
            .iter()
            .map(|how| Entry::new(how.word(), how_label(visit, *how)))
            .collect(),
        ..crate::ui::field::Choice::default()
    });
    let kinds = Control::Choices(Choices {
        chosen: view
            .choice
            .kinds
            .iter()
            .map(|kind| Text::Owned(kind.clone()))
            .collect(),
        entries: view
            .kinds
            .iter()
            .map(|(word, label)| Entry::new(word.clone(), label.get(lang).to_owned()))
            .collect(),
    });
    let hour = select(&view.choice.hour.to_string(), hours(), None);
    let from = select(
        &chosen(view.choice.quiet.map(|q| q.0)),
        hours(),
        Some(say.quiet_none),
    );
    let to = select(
        &chosen(view.choice.quiet.map(|q| q.1)),
        hours(),
        Some(say.quiet_none),
    );
    let optional = |name: &'static str, label: &'static str| -> Field<'_> {
        refused.field(name, label).optional()
    };
    let fields = html! {
        div.fields.is-single {
            (field(w, &refused.field("how", say.how), &how))
            (field(w, &optional("kinds", say.kinds), &kinds))
            (field(w, &optional("hour", say.hour), &hour))
            (field(w, &optional("quiet_from", say.quiet_from).hint(say.quiet_hint), &from))
            (field(w, &optional("quiet_to", say.quiet_to), &to))
        }
    };
    html! {
        section.card #choice {
            div.card-head { h2 { (say.choice) } }
            (form(visit, "choose", &fields, &Button::primary(visit.say.save).submit()))
        }
    }
}

fn feed(visit: &Visit) -> Result<Markup, No> {
    let say = visit.say.told;
    let feed = visit.app().feed(&visit.actor)?;
    let none = html! {};
    Ok(html! {
        section.card #feed {
            div.card-head { h2 { (say.feed) } }
            div.card-body {
                p { (say.feed_lead) }
                @if let Some(feed) = feed {
                    @let made = feed.made.local_date().to_string();
                    @let until = feed.until.local_date().to_string();
                    p { (say.feed_since.replace("{a}", &made).replace("{b}", &until)) }
                }
            }
            @match feed {
                None => (form(visit, "feed", &none, &Button::plain(say.feed_make).submit())),
                Some(_) => {
                    (form(visit, "feed", &none, &Button::plain(say.feed_again).submit()))
                    (form(visit, "feed_drop", &none, &Button::plain(say.feed_drop).submit()))
                }
            }
        }
    })
}

/// Shown once, in the answer itself: no page leads to it again.
fn feed_made(visit: &Visit) -> Paged {
    let say = visit.say.told;
    let token = visit.app().make_feed(&visit.actor)?;
    let link = format!("{}/calendar/feed/{token}.ics", visit.site_address());
    let body = html! {
        (notice(visit.words, Kind::Warning, &html! { (say.feed_once) }))
        section.card {
            div.card-head { h2 { (say.feed) } }
            div.card-body {
                p { strong.revealed { (link) } " " (button::copy(visit.words, &link)) }
                p { (Button::primary(visit.say.back).link(PATH)) }
            }
        }
    };
    let crumbs = [
        Link::new(visit.say.account, "/account"),
        Link::new(say.reach, PATH),
    ];
    let parts = Parts::of(visit);
    frame::ok(&Page {
        body,
        crumbs: &crumbs,
        ..parts.page(visit, say.feed.to_owned())
    })
}

/// The feed itself, for the program that keeps a calendar: it has no session, only the address.
pub fn calendar(visit: &Visit, token: &str, known: Option<&str>) -> Paged {
    let token = token.strip_suffix(".ics").unwrap_or(token);
    let Some(text) = visit.app().calendar_feed(token)? else {
        return visit.no_page();
    };
    let mark = format!("\"{}\"", app::feed_mark(&text));
    let same = known.is_some_and(|known| known.split(',').any(|one| one.trim() == mark));
    let mut answer: Response = match same {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => text.into_response(),
    };
    let headers = answer.headers_mut();
    let kind = HeaderValue::from_static("text/calendar; charset=utf-8");
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.extend(HeaderValue::from_str(&mark).map(|mark| (ETAG, mark)));
    Ok(answer)
}
