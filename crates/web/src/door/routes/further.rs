//! Pages whose address names something other than a register or a record.

use axum::extract::{Path, Request, State};
use axum::response::Response;

use crate::door::Door;
use crate::pages::{flows, reach};

pub async fn show_flow(
    State(door): State<Door>,
    Path((register, version)): Path<(String, String)>,
    request: Request,
) -> Response {
    door.show(request, move |visit| {
        flows::matters(visit, (&register, &version))
    })
    .await
}

pub async fn take_flow(
    State(door): State<Door>,
    Path((register, version)): Path<(String, String)>,
    request: Request,
) -> Response {
    door.take(request, move |visit, sent| {
        flows::take(visit, (&register, &version), &sent)
    })
    .await
}

/// A calendar asks whether it knows the newest already.
pub async fn show_feed(
    State(door): State<Door>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let known = request.headers().get(http::header::IF_NONE_MATCH);
    let known = known
        .and_then(|known| known.to_str().ok())
        .map(str::to_owned);
    door.show(request, move |visit| {
        reach::calendar(visit, &token, known.as_deref())
    })
    .await
}
