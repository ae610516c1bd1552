//! Pages whose address holds a number that people were told, or a one-time token.

use axum::extract::{Path, Request, State};
use axum::response::Response;

use crate::door::Door;
use crate::pages::{enrol, progress, sign_in};

pub(super) async fn show_progress(
    State(door): State<Door>,
    Path(no): Path<String>,
    request: Request,
) -> Response {
    door.show(request, move |visit| progress::show(visit, &no))
        .await
}

pub(super) async fn take_comment(
    State(door): State<Door>,
    Path(no): Path<String>,
    request: Request,
) -> Response {
    door.take(request, move |visit, sent| {
        progress::comment(visit, &no, &sent)
    })
    .await
}

pub(super) async fn show_applied(
    State(door): State<Door>,
    Path(no): Path<String>,
    request: Request,
) -> Response {
    door.show(request, move |visit| enrol::applied(visit, &no))
        .await
}

pub(super) async fn take_applied(
    State(door): State<Door>,
    Path(no): Path<String>,
    request: Request,
) -> Response {
    door.take(request, move |visit, sent| {
        enrol::standing(visit, &no, &sent)
    })
    .await
}

pub(super) async fn show_invite(
    State(door): State<Door>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    door.show(request, move |visit| sign_in::invited(visit, &token))
        .await
}

pub(super) async fn take_invite(
    State(door): State<Door>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    door.take(request, move |visit, sent| {
        sign_in::accept(visit, &token, sent)
    })
    .await
}
