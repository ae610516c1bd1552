//! What is done with a turn besides taking an action: by a button, or on a page that asks whom and why.

use app::{No, TurnAct, TurnWord};
use catalogue::{Register, RegisterIx};
use kernel::{Blame, Id, Reason};
use maud::html;

use super::course::label;
use super::{crumbs, record_href};
use crate::door::{Paged, Sent, Visit, not_found};
use crate::frame::Parts;
use crate::pages::after::{self, Acted};
use crate::pages::blamed::{self, Blamed};
use crate::ui::Link;
use crate::ui::button::Weight;
use crate::ui::field::field;
use crate::ui::page::Page;
use crate::ui::review::{Review, review};

/// `transfer-01K…`: the word and the turn.
fn parts_of(name: &str) -> Option<(TurnWord, Id)> {
    let (word, task) = name.split_once('-')?;
    Some((TurnWord::from_word(word)?, task.parse().ok()?))
}

pub fn ask(visit: &Visit, ix: RegisterIx, def: &Register, id: Id, name: &str) -> Paged {
    let (word, task) = parts_of(name).ok_or_else(not_found)?;
    let typed = visit.draft().unwrap_or_default();
    let asked = (typed.get("to"), typed.get("reason"));
    page(visit, ix, def, id, (word, task), asked, &[])
}

pub fn take(
    visit: &Visit,
    ix: RegisterIx,
    def: &Register,
    id: Id,
    name: &str,
    sent: Sent,
) -> Paged {
    let (word, task) = parts_of(name).ok_or_else(not_found)?;
    let (to, reason) = (sent.pairs.get("to"), sent.pairs.get("reason"));
    let Some(act) = TurnAct::of(word, to.parse().ok(), reason) else {
        let blame = Blame::at(
            "to",
            "required",
            speech::said!("请选择人员" / "Choose a person"),
        );
        return page(visit, ix, def, id, (word, task), (to, reason), &[blame]);
    };
    let place = visit.app().place_in_todo(&visit.actor, ix, id)?;
    match visit.app().act_on_turn(&visit.actor, task, &act) {
        Ok(_) => after::go_on(
            visit,
            &Acted {
                def,
                ix,
                id,
                word: word.word(),
                place,
                draft: None,
            },
        ),
        Err(No::Refused(refusal)) if refusal.reason == Reason::Invalid => page(
            visit,
            ix,
            def,
            id,
            (word, task),
            (to, reason),
            &refusal.blames,
        ),
        Err(no) => Err(no),
    }
}

fn page(
    visit: &Visit,
    ix: RegisterIx,
    def: &Register,
    id: Id,
    (word, task): (TurnWord, Id),
    (to, reason): (&str, &str),
    blames: &[Blame],
) -> Paged {
    let (record, _) = visit.app().record(&visit.actor, ix, id, None)?;
    let say = visit.say;
    let refused = Blamed { visit, blames };
    let people = match word.names_somebody() {
        true => visit.app().turn_candidates(&visit.actor, task, word)?,
        false => Vec::new(),
    };
    let nobody = word.names_somebody() && people.is_empty();
    let fields = html! {
        @if nobody { p.note { (say.turn_nobody) } }
        @else if word.names_somebody() {
            (field(visit.words, &refused.field("to", say.turn_to), &blamed::people(visit, &people, to)))
        }
        @if word.needs_words() {
            (field(visit.words, &refused.field("reason", say.turn_reason), &blamed::words(reason, 3)))
        }
    };
    let href = record_href(def, id);
    let title = label(visit, word);
    let body = review(
        visit.words,
        &Review {
            action: format!("{href}/turn/{}-{task}", word.word()).into(),
            csrf: visit.csrf().into(),
            consequence: html! {},
            pairs: vec![
                crate::ui::description::Pair::text(def.title.get(visit.lang()), &record.shown)
                    .whole(),
            ],
            fields,
            hidden: vec![("_who".into(), visit.mark().into())],
            submit: title.into(),
            weight: Weight::Primary,
            back: Link::new(say.back, href),
        },
    );
    let parts = Parts::of(visit);
    let crumbs = crumbs(visit, def);
    refused.answer(Page {
        body,
        crumbs: &crumbs,
        ..parts.page(visit, title.to_owned())
    })
}
