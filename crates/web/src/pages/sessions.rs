//! Where one is signed in: a card of the account page, and ending what is not wanted.

use app::{No, SessionView};
use maud::{Markup, html};

use super::when_recorded::moment_short;
use crate::door::{Paged, Sent, Visit, see};
use crate::ui::button::Button;
use crate::ui::page::csrf;
use crate::ui::table::{Column, Holds, Row, Table, table};

pub fn card(visit: &Visit) -> Result<Markup, No> {
    let say = visit.say;
    let token = visit.token.as_deref().unwrap_or_default();
    let sessions = visit.app().sessions(&visit.actor, token)?;
    let whole = Table {
        caption: say.sessions.into(),
        columns: vec![
            Column::new(say.session_device, Holds::Text),
            Column::new(say.session_made, Holds::Date),
            Column::new(say.session_seen, Holds::Date),
            Column::new(say.session_place, Holds::Code),
            Column::new("", Holds::Text),
        ],
        rows: sessions.iter().map(|session| row(visit, session)).collect(),
        main: 0,
        ticks: None,
        empty: html! {},
    };
    Ok(html! {
        section.card #sessions {
            div.card-head { h2 { (say.sessions) } }
            div.card-body { p { (say.sessions_lead) } }
            (table(visit.words, &whole))
            @if sessions.len() > 1 {
                form method="post" action="/account/sessions" {
                    (csrf(&visit.csrf()))
                    input type="hidden" name="others" value="1";
                    div.form-acts { (Button::plain(say.sessions_end).submit()) }
                }
            }
        }
    })
}

fn row<'a>(visit: &Visit, session: &'a SessionView) -> Row<'a> {
    let say = visit.say;
    let device = &session.device;
    let known = |text: &str| match text.is_empty() {
        true => say.session_unknown.to_owned(),
        false => text.to_owned(),
    };
    let end = html! {
        @if session.is_this {
            strong { (say.session_this) }
        } @else {
            form method="post" action="/account/sessions" {
                (csrf(&visit.csrf()))
                input type="hidden" name="number" value=(session.number);
                (Button::plain(say.session_end).submit())
            }
        }
    };
    Row {
        id: session.number.as_str().into(),
        name: known(&device.browser).into(),
        href: None,
        cells: vec![
            html! { (known(&device.browser)) },
            html! { (moment_short(session.made)) },
            html! { (moment_short(session.seen)) },
            html! { (known(&device.place)) },
            end,
        ],
    }
}

pub fn take(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let token = visit.token.as_deref().unwrap_or_default();
    match sent.pairs.filled("number") {
        Some(number) => visit.app().end_session(&visit.actor, number)?,
        None => visit.app().end_other_sessions(&visit.actor, token)?,
    }
    see("/account?ok=sessions")
}
