//! Leaves (请假委托): a page that entrusts one's own post to a colleague for a time, and the leaves that run.

use app::{Leave, No, PostView};
use jiff::civil::Date;
use kernel::{Blame, Id, Reason, Refusal};
use maud::{Markup, html};
use speech::said;

use super::blamed::{self, Blamed};
use super::handover;
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::{Parts, post_label};
use crate::pairs::Pairs;
use crate::ui::button::{Button, Weight};
use crate::ui::date::DateTyped;
use crate::ui::description::Pair;
use crate::ui::field::{Control, Entry, field};
use crate::ui::page::{Page, csrf};
use crate::ui::review::{Review, review};
use crate::ui::{Link, Text};

const PATH: &str = "/account/leave";
const RECALL: &str = "/account/leave/recall";
/// Where the posts stand on the account page.
const BACK: &str = "/account#posts";

/// The leaves that run, below the posts of the account page.
pub fn part(visit: &Visit) -> Result<Markup, No> {
    let say = visit.say;
    let leaves = visit.app().leaves(&visit.actor)?;
    Ok(html! {
        @for leave in &leaves {
            form.card-body method="post" action=(RECALL) {
                (csrf(&visit.csrf()))
                input type="hidden" name="leave" value=(leave.id);
                p {
                    (say.posts.leave_to.replace("{n}", &leave.to)) " "
                    (leave.role.get(visit.lang())) " "
                    @if let Some(since) = leave.since { (since) }
                    "–"
                    @if let Some(until) = leave.until { (until) }
                    @if let Some(only) = &leave.only { " " (only.get(visit.lang())) }
                    " " (Button::plain(say.posts.leave_recall).submit())
                }
            }
        }
        div.form-acts {
            (Button::plain(say.posts.leave).link(PATH)) " "
            (Button::plain(say.posts.handover).link(handover::PATH))
        }
    })
}

pub fn show(visit: &Visit) -> Paged {
    visit.session()?;
    let typed = visit.draft();
    page(visit, typed.as_ref().unwrap_or(&visit.query), &[])
}

/// The post that is asked about, or the first of those held in person.
fn own_post(visit: &Visit, asked: &str) -> Result<(PostView, Vec<PostView>), No> {
    let mut posts = visit.app().posts(visit.session()?)?;
    posts.retain(|post| post.on_behalf.is_none());
    let at = posts.iter().position(|post| post.id.to_string() == asked);
    let chosen = posts.get(at.unwrap_or(0)).cloned();
    let chosen = chosen.ok_or_else(Refusal::not_found)?;
    Ok((chosen, posts))
}

fn page(visit: &Visit, typed: &Pairs, blames: &[Blame]) -> Paged {
    let say = visit.say;
    let (post, posts) = own_post(visit, typed.get("post"))?;
    let lang = visit.lang();
    let refused = Blamed { visit, blames };
    let deputies = visit.app().deputies(&visit.actor, post.id)?;
    let people = blamed::people(visit, &deputies, typed.get("to"));
    let registers = visit.app().entrustable(&visit.actor, post.id)?;
    let registers = registers
        .iter()
        .map(|(name, title)| Entry::new(name.clone(), title.get(lang).to_owned()));
    let date = |name: &str| {
        let part = |part: &str| Text::Owned(typed.get(&format!("{name}.{part}")).to_owned());
        Control::Date {
            typed: DateTyped {
                year: part("year"),
                month: part("month"),
                day: part("day"),
            },
            picks: Vec::new(),
        }
    };
    let registers = blamed::select(
        typed.get("only"),
        registers.collect(),
        Some(say.posts.leave_all),
    );
    let all = refused.field("only", say.posts.post_only).optional();
    let why = blamed::words(typed.get("reason"), 2);
    let w = visit.words;
    let fields = html! {
        @if deputies.is_empty() { p.note { (say.turn_nobody) } }
        (field(w, &refused.field("to", say.posts.leave_deputy), &people))
        (field(w, &all, &registers))
        (field(w, &refused.field("since", say.posts.leave_since), &date("since")))
        (field(w, &refused.field("until", say.posts.leave_until), &date("until")))
        (field(w, &refused.field("reason", say.turn_reason), &why))
    };
    let form = Review {
        action: PATH.into(),
        csrf: visit.csrf().into(),
        consequence: html! { p { (say.posts.leave_lead) } },
        pairs: vec![Pair::text(say.posts.post, &post_label(visit, &post)).whole()],
        fields,
        hidden: vec![
            ("_who".into(), visit.mark().into()),
            ("post".into(), post.id.to_string().into()),
        ],
        submit: say.posts.leave.into(),
        weight: Weight::Primary,
        back: Link::new(say.back, BACK),
    };
    let body = html! {
        (refused.summary())
        @if posts.len() > 1 {
            p.progress-note {
                (say.posts.leave_of) (visit.words.colon)
                @for other in posts.iter().filter(|other| other.id != post.id) {
                    a href={ (PATH) "?post=" (other.id) } { (post_label(visit, other)) } " "
                }
            }
        }
        (review(w, &form))
    };
    let parts = Parts::of(visit);
    refused.answer(Page {
        body,
        ..parts.page(visit, say.posts.leave.to_owned())
    })
}

pub fn take(visit: &Visit, sent: Sent) -> Paged {
    let typed = &sent.pairs;
    let (post, _) = own_post(visit, typed.get("post"))?;
    let missing = |name: &str| match name != "to" && is_begun(typed, name) {
        true => {
            let message = said!(
                "没有这一天，请按 2027 年 3 月 1 日的样子填写"
                    / "There is no such day; write it like 2027, 3, 1"
            );
            Blame::at(name, "type", message)
        }
        false => Blame::at(name, "required", said!("请填写" / "Please fill this in")),
    };
    let to: Option<Id> = typed.get("to").parse().ok();
    let (since, until) = (day(typed, "since"), day(typed, "until"));
    let (Some(to), Some(since), Some(until)) = (to, since, until) else {
        let asked = [
            ("to", to.is_none()),
            ("since", since.is_none()),
            ("until", until.is_none()),
        ];
        let missing: Vec<Blame> = asked
            .into_iter()
            .filter(|(_, is)| *is)
            .map(|(name, _)| missing(name))
            .collect();
        return page(visit, typed, &missing);
    };
    let leave = Leave {
        post: post.id,
        to,
        since,
        until,
        only: typed.filled("only"),
        reason: typed.get("reason"),
    };
    match visit.app().entrust(&visit.actor, &leave) {
        Ok(_) => see(BACK),
        Err(No::Refused(refusal)) if refusal.reason == Reason::Invalid => {
            page(visit, typed, &refusal.blames)
        }
        Err(no) => visit.prove_first(no, typed),
    }
}

pub fn recall(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let id = sent.pairs.get("leave").parse();
    let id = id.map_err(|_| Refusal::not_found())?;
    visit.app().recall_leave(&visit.actor, id)?;
    see(BACK)
}

/// Whether something stands in one of the three boxes of a date.
fn is_begun(typed: &Pairs, name: &str) -> bool {
    let mut parts = ["year", "month", "day"].iter();
    parts.any(|part| typed.filled(&format!("{name}.{part}")).is_some())
}

/// Three boxes as one date, or a whole one in the first.
fn day(typed: &Pairs, name: &str) -> Option<Date> {
    let part = |part: &str| typed.get(&format!("{name}.{part}")).trim();
    if part("month").is_empty() && part("day").is_empty() {
        return part("year").parse().ok();
    }
    let (year, month, day) = (part("year"), part("month"), part("day"));
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
