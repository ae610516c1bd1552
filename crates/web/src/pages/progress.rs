//! Progress of matters (办件公示): by its public number anybody sees each step of a matter, the unit, the limit and the delay,
//! and nothing about persons (环节监督库, exchange.md §1).

use app::{COMMENT_CHARS_MAX, CONTACT_CHARS_MAX, MatterStanding, No, PublicMatter, PublicStep};
use catalogue::Grade;
use http::StatusCode;
use kernel::{Lang, Reason, Refusal};
use maud::{Markup, html};

use super::blamed::Blamed;
use super::record::clock_line;
use super::shows;
use super::when_recorded::moment_short;
use crate::door::{Paged, Sent, Visit, see, with_wait};
use crate::frame::{self, Parts};
use crate::pairs::{Pairs, encoded};
use crate::ui::button::Button;
use crate::ui::field::{Control, Field, LongText, TextInput, field};
use crate::ui::lamp::lamp;
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Page, csrf};

/// The form by which a number is asked; what was typed leads to the address of the matter.
pub fn ask(visit: &Visit) -> Paged {
    if let Some(typed) = visit.query.filled("no") {
        // People write O for 0 and I for 1; the alphabet of numbers has neither.
        let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
        let no = plain
            .to_ascii_uppercase()
            .replace('O', "0")
            .replace(['I', 'L'], "1");
        return crate::door::see(&format!("/progress/{no}"));
    }
    page(visit, StatusCode::OK, &html! {})
}

pub fn show(visit: &Visit, no: &str) -> Paged {
    shown(visit, no, &Pairs::default(), None)
}

/// Takes a comment; the page then says that it has arrived.
pub fn comment(visit: &Visit, no: &str, sent: &Sent) -> Paged {
    let (words, contact) = (sent.pairs.get("words"), sent.pairs.get("contact"));
    match visit.app().comment(visit.from, no, words, contact) {
        Ok(_) => see(&format!("/progress/{}?said=1#comments", encoded(no))),
        Err(No::Refused(refusal)) if refusal.reason != Reason::NotFound => {
            let answer = shown(visit, no, &sent.pairs, Some(&refusal))?;
            Ok(with_wait(answer, &refusal))
        }
        Err(no) => Err(no),
    }
}

fn shown(visit: &Visit, no: &str, typed: &Pairs, refusal: Option<&Refusal>) -> Paged {
    let matter = match visit.app().progress_public(no) {
        Ok(matter) => matter,
        Err(No::Refused(refusal)) if refusal.reason == Reason::NotFound => {
            let told = notice(
                visit.words,
                Kind::Error,
                &html! { (visit.say.progress_unknown) },
            );
            return page(visit, StatusCode::NOT_FOUND, &told);
        }
        Err(no) => return Err(no),
    };
    let lang = visit.lang();
    let say = visit.say;
    let def = visit.app().catalogue().at(matter.register);
    let standing = match (&matter.ended_as, matter.standing) {
        (Some(state), _) => state.get(lang),
        (None, MatterStanding::Running) => say.progress_running,
        (None, _) => say.course_over,
    };
    let body = html! {
        section.card.course {
            div.card-head { h2 { (def.title.get(lang)) } span { (standing) } }
            div.card-body {
                p { (say.progress_no) " " span.is-code { (matter.public_no) } " · " (moment_short(matter.began_at)) }
                @for clock in &matter.clocks { (clock_line(visit, clock)) }
            }
            ol.timeline {
                @for step in &matter.steps {
                    li {
                        p.timeline-head {
                            strong { (step.label.get(lang)) }
                            span { (units(lang, step)) }
                            time { (moment_short(step.began_at))
                                @if let Some(ended) = step.ended_at { " – " (moment_short(ended)) } }
                            @if step.late { span { (lamp(visit.words, shows::grade(Grade::Expired))) " "
                                (say.days_late.replace("{n}", &step.overdue_days.max(1).to_string())) } }
                            @else if let (None, Some(left)) = (step.ended_at, step.days_left) {
                                span { (say.days_left.replace("{n}", &left.to_string())) }
                            }
                        }
                    }
                }
            }
        }
        p.note.progress-note { (say.progress_note) }
        (comments(visit, &matter, typed, refusal))
    };
    let status = match refusal.map(|refusal| refusal.reason) {
        None => StatusCode::OK,
        Some(Reason::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        Some(Reason::Conflict) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page(visit, status, &body)
}

/// The units of a step in one line.
fn units(lang: Lang, step: &PublicStep) -> String {
    let named: Vec<&str> = step.units.iter().map(|unit| unit.get(lang)).collect();
    named.join("、")
}

/// What the public said and officers released, and the form for saying more.
fn comments(
    visit: &Visit,
    matter: &PublicMatter,
    typed: &Pairs,
    refusal: Option<&Refusal>,
) -> Markup {
    let say = visit.say;
    let blames = match refusal {
        Some(refusal) if refusal.reason == Reason::Invalid => refusal.blames.as_slice(),
        _ => &[],
    };
    let blamed = Blamed { visit, blames };
    let most = COMMENT_CHARS_MAX.to_string();
    let words = blamed
        .field("words", say.strangers.comment_text)
        .hint(say.strangers.comment_hint.replace("{n}", &most));
    let contact = blamed
        .field("contact", say.strangers.comment_contact)
        .hint(say.strangers.comment_contact_hint)
        .optional()
        .never_kept();
    let text = Control::LongText(LongText {
        typed: typed.get("words").to_owned().into(),
        max: u32::try_from(COMMENT_CHARS_MAX).ok(),
        rows: None,
    });
    let reach = Control::Text(TextInput {
        typed: typed.get("contact").to_owned().into(),
        max: u32::try_from(CONTACT_CHARS_MAX).ok(),
        ..TextInput::default()
    });
    html! {
        section.card #comments {
            div.card-head { h2 { (say.strangers.comments) } }
            @if matter.comments.is_empty() {
                div.card-body { p { (say.strangers.comments_none) } }
            } @else {
                ul.said {
                    @for one in &matter.comments {
                        li {
                            p { time { (moment_short(one.said_at)) } }
                            p.said-words { (one.words) }
                            @if let Some(answer) = &one.answer {
                                p.said-answer { strong { (say.strangers.comment_answer) } " " (answer) }
                            }
                        }
                    }
                }
            }
        }
        @if visit.query.has("said") {
            (notice(visit.words, Kind::Success, &html! { (say.strangers.comment_sent) }))
        }
        @if let Some(refusal) = refusal.filter(|refusal| refusal.reason != Reason::Invalid) {
            (notice(visit.words, Kind::Error, &html! { (refusal.message.get(visit.lang())) }))
        }
        (blamed.summary())
        form.card.no-print method="post" action={ "/progress/" (matter.public_no) } novalidate {
            (csrf(&visit.csrf()))
            div.card-head { h2 { (say.strangers.comment_head) } }
            div.fields.is-single {
                (field(visit.words, &words, &text))
                (field(visit.words, &contact, &reach))
            }
            div.form-acts { (Button::plain(say.strangers.comment_send).submit()) }
        }
    }
}

fn page(visit: &Visit, status: StatusCode, body: &Markup) -> Paged {
    let say = visit.say;
    let box_ = Field::new("no", say.progress_no).hint(say.progress_hint);
    let whole = html! {
        (body)
        form.card.no-print method="get" action="/progress" {
            div.card-head { h2 { (say.progress_ask) } }
            div.fields.is-single {
                (field(visit.words, &box_, &Control::Text(TextInput::default())))
            }
            div.form-acts { (Button::primary(say.progress_ask).submit()) }
        }
    };
    let parts = Parts::of(visit);
    let page = Page {
        body: whole,
        ..parts.page(visit, say.progress.to_owned())
    };
    Ok(frame::with_status(status, &page))
}
