//! The one search box: a page of answers, and the rows it offers while one types.

use app::{Ask, Hit, looks_personal};
use catalogue::RegisterIx;
use http::StatusCode;
use maud::{Markup, html};

use super::shows::colour_lamp;
use crate::door::{Paged, Sent, Visit, fragment, see};
use crate::frame::{self, Parts};
use crate::ui::notice::empty_state;
use crate::ui::page::{Page, Search};
use crate::ui::suggest::{Does, Group, Suggestion, suggestions};

/// Answers on the page, and rows offered under the box.
const HITS_ON_PAGE: usize = 20;
const HITS_IN_BOX: usize = 8;
/// Words that are kept.
const WORDS_CHARS_MAX: usize = 200;

pub fn show(visit: &Visit) -> Paged {
    let kept = visit.query.filled("v").and_then(|token| kept(visit, token));
    let words = kept
        .clone()
        .unwrap_or_else(|| visit.query.get("q").trim().to_owned());
    // A number of a person does not stay in the address, nor in the browser's history.
    if kept.is_none() && looks_personal(&words) {
        return keep(visit, &words);
    }
    let hits = visit.app().search(&visit.actor, &words, HITS_ON_PAGE)?;
    let body = html! { section.card #found { (found(visit, &words, &hits)) } };
    let parts = Parts::of(visit);
    let title = match words.as_str() {
        "" => visit.say.search_title.to_owned(),
        words => format!("{}{}{words}", visit.say.search_title, visit.words.colon),
    };
    let search = Search {
        action: "/search".into(),
        value: words.clone().into(),
        placeholder: visit.say.search_placeholder.into(),
        csrf: visit.csrf().into(),
    };
    let page = Page {
        body,
        search: Some(search),
        ..parts.page(visit, title)
    };
    Ok(frame::with_status(StatusCode::OK, &page))
}

/// A search that was posted, so that its words are in no address: rows for the box, or a page.
pub fn post(visit: &Visit, sent: Sent) -> Paged {
    let words = sent.pairs.get("q").trim();
    match sent.pairs.get("part") {
        "box" => offer(visit, words),
        _ => keep(visit, words),
    }
}

fn keep(visit: &Visit, words: &str) -> Paged {
    let words: String = words.chars().take(WORDS_CHARS_MAX).collect();
    let ask = Ask {
        q: Some(words),
        ..Ask::default()
    };
    let token = visit.app().keep_question(&visit.actor, ask)?;
    see(&format!("/search?v={token}"))
}

fn kept(visit: &Visit, token: &str) -> Option<String> {
    let ask = visit.app().kept_question(&visit.actor, token)?;
    ask.q.filter(|_| ask.register.is_none())
}

fn found(visit: &Visit, words: &str, hits: &[Hit]) -> Markup {
    if words.is_empty() {
        return empty_state(visit.say.search_empty, visit.say.search_empty_advice, &[]);
    }
    if hits.is_empty() {
        return empty_state(
            visit.say.search_nothing,
            visit.say.search_nothing_advice,
            &[],
        );
    }
    let catalogue = visit.app().catalogue();
    html! {
        @for (ix, hits) in by_register(hits) {
            div.card-head { h2 { (catalogue.at(ix).title.get(visit.lang())) } }
            ul.hits data-rows="" {
                @for hit in hits {
                    li.hit {
                        a href=(href(visit, hit)) data-open="" { (hit.shown) } " "
                        @if let Some(colour) = &hit.colour { (colour_lamp(visit, colour)) " " }
                        span.note { (hit.beside) }
                    }
                }
            }
        }
        @if hits.len() >= HITS_ON_PAGE { p.card-body.note { (visit.say.search_more) } }
    }
}

fn offer(visit: &Visit, words: &str) -> Paged {
    let hits = visit.app().search(&visit.actor, words, HITS_IN_BOX)?;
    let catalogue = visit.app().catalogue();
    let groups: Vec<Group<'_>> = by_register(&hits)
        .into_iter()
        .map(|(ix, hits)| Group {
            label: catalogue.at(ix).title.get(visit.lang()).into(),
            rows: hits
                .into_iter()
                .map(|hit| Suggestion {
                    label: hit.shown.as_str().into(),
                    note: hit.beside.as_str().into(),
                    does: Does::Opens {
                        href: href(visit, hit).into(),
                    },
                })
                .collect(),
        })
        .collect();
    fragment(suggestions(&groups, visit.say.search_nothing))
}

fn href(visit: &Visit, hit: &Hit) -> String {
    format!(
        "/{}/{}",
        visit.app().catalogue().at(hit.register).path,
        hit.id
    )
}

fn by_register(hits: &[Hit]) -> Vec<(RegisterIx, Vec<&Hit>)> {
    let mut groups: Vec<(RegisterIx, Vec<&Hit>)> = Vec::new();
    for hit in hits {
        match groups.iter_mut().find(|(ix, _)| *ix == hit.register) {
            Some((_, group)) => group.push(hit),
            None => groups.push((hit.register, vec![hit])),
        }
    }
    groups
}
