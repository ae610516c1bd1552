//! One's own posts: which are held today, and which of them one acts in.

use app::PostView;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use serde_json::{Value, json};

use crate::door::{Door, Visit, items as items_answer, record_id};
use crate::problem::Problem;

pub async fn list_posts(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.no_question()?;
        visit.signed_in()?;
        told(visit, None)
    })
    .await
}

/// Asked again it does nothing more, so it needs no key.
pub async fn take_post(
    State(door): State<Door>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    door.change(request, move |visit, _| {
        visit.no_question()?;
        let session = visit.signed_in()?;
        let post = record_id(&id)?;
        visit.app().take_post(session, post)?;
        told(visit, Some(&id))
    })
    .await
}

/// The posts; `taken` is the one just chosen, which the session at hand does not know yet.
fn told(visit: &Visit, taken: Option<&str>) -> Result<Response, Problem> {
    let posts = visit.app().posts(visit.signed_in()?)?;
    let item = |post: &PostView| -> Value {
        let id = post.id.to_string();
        json!({
            "id": id, "role": post.role, "unit": post.unit,
            "since": post.since.map(|day| day.to_string()),
            "until": post.until.map(|day| day.to_string()),
            "on_behalf": post.on_behalf, "only": post.only,
            "active": taken.map_or(post.is_this, |taken| taken == id),
        })
    };
    let items: Vec<Value> = posts.iter().map(item).collect();
    Ok(items_answer(items))
}
