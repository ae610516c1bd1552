//! One's own posts: a card of the account page, and choosing the one to act in.

use app::{No, PostView};
use kernel::Refusal;
use maud::{Markup, html};

use super::leave;
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::post_label;
use crate::ui::button::Button;
use crate::ui::page::csrf;
use crate::ui::table::{Column, Holds, Row, Table, table};

/// The posts that the person holds today.
pub fn card(visit: &Visit) -> Result<Markup, No> {
    let say = visit.say;
    let posts = visit.app().posts(visit.session()?)?;
    let whole = Table {
        caption: say.posts.posts.into(),
        columns: vec![
            Column::new(say.posts.post, Holds::Text),
            Column::new(say.posts.post_since, Holds::Date),
            Column::new(say.posts.post_until, Holds::Date),
            Column::new(say.posts.post_only, Holds::Text),
            Column::new("", Holds::Text),
        ],
        rows: posts.iter().map(|post| row(visit, post)).collect(),
        main: 0,
        ticks: None,
        empty: html! {},
    };
    Ok(html! {
        section.card #posts {
            div.card-head { h2 { (say.posts.posts) } }
            div.card-body { p { (say.posts.posts_lead) } }
            (table(visit.words, &whole))
            (leave::part(visit)?)
        }
    })
}

fn row<'a>(visit: &Visit, post: &PostView) -> Row<'a> {
    let say = visit.say;
    let label = post_label(visit, post);
    let day = |day: Option<jiff::civil::Date>, none: &str| match day {
        Some(day) => day.to_string(),
        None => none.to_owned(),
    };
    let take = html! {
        @if post.is_this {
            strong { (say.posts.post_this) }
        } @else {
            form method="post" action="/account/post" {
                (csrf(&visit.csrf()))
                input type="hidden" name="post" value=(post.id);
                (Button::plain(say.posts.post_take).submit())
            }
        }
    };
    Row {
        id: post.id.to_string().into(),
        name: label.clone().into(),
        href: None,
        cells: vec![
            html! { (label) },
            html! { (day(post.since, "")) },
            html! { (day(post.until, say.posts.post_lasting)) },
            html! { (post.only.as_deref().unwrap_or_default()) },
            take,
        ],
    }
}

/// Acts in the chosen post from now on. What is shown at home is that of the post.
pub fn take(visit: &Visit, sent: Sent) -> Paged {
    let session = visit.session()?;
    let post = sent.pairs.get("post").parse();
    let post = post.map_err(|_| Refusal::not_found())?;
    visit.app().take_post(session, post)?;
    see("/home")
}
