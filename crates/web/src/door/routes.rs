//! Every address. Those of registers stand beside the fixed ones and are told apart by path.

mod further;
mod numbered;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use catalogue::{Register, RegisterIx};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use kernel::{Id, Lang};

use super::{Door, Paged, Rules, Sent, Visit, headers, see};
use crate::assets;
use crate::frame::list_href;
use crate::pages::{
    account, after, batch, bring, calendar, colleagues, edit, enrol, factor, flows, handover, help,
    home, leave, list, lookup, notices, params, posts, progress, prove, public, reach, record,
    search, sessions, sign_in, todo, units,
};

pub fn routes(door: Door) -> Router {
    let cookies = door.settings.cookies;
    fixed()
        .merge(of_registers())
        .merge(of_records())
        .fallback(nowhere)
        .layer(DefaultBodyLimit::disable())
        .layer(map_response(move |answer: Response| async move {
            headers::secure(answer, cookies)
        }))
        .with_state(door)
}

fn fixed() -> Router<Door> {
    Router::new()
        .route("/", show(public::show))
        .route("/home", show(home::show))
        .route("/todo", show(todo::show))
        .route("/todo/live", get(super::live::stream))
        .route("/todo/batch", show(batch::show).merge(take(batch::take)))
        .route("/todo/batch/undo", take(batch::undo))
        .route("/notices", show(notices::show))
        .route("/notices/read", take(notices::take))
        .route("/calendar", show(calendar::show))
        .route("/calendar/feed/{token}", get(further::show_feed))
        .route(
            "/calendar/adopt",
            show(calendar::ask).merge(take(calendar::take)),
        )
        .route("/flow-versions", show(flows::show))
        .route(
            "/flow-versions/{register}/{version}",
            get(further::show_flow).post(further::take_flow),
        )
        .route("/unit-tree", show(units::show))
        .route("/unit-tree/one", show(units::show_one))
        .route("/unit-tree/act", show(units::ask).merge(take(units::take)))
        .route("/unit-tree/withdraw", take(units::withdraw))
        .route("/unit-tree/take-back", take(units::take_back))
        .route("/progress", show(progress::ask))
        .route(
            "/progress/{no}",
            get(numbered::show_progress).post(numbered::take_comment),
        )
        .route("/register", show(enrol::show).merge(take(enrol::take)))
        .route(
            "/register/{no}",
            get(numbered::show_applied).post(numbered::take_applied),
        )
        .route("/search", show(search::show).merge(take(search::post)))
        .route("/login", show(sign_in::show).merge(take(sign_in::take)))
        .route(
            "/login/code",
            show(sign_in::show_code).merge(take(sign_in::take_code)),
        )
        .route(
            "/login/{token}",
            get(numbered::show_invite).post(numbered::take_invite),
        )
        .route("/logout", take(|visit, _| sign_in::leave(visit)))
        .route("/account", show(account::show))
        .route(
            "/account/handover",
            show(handover::show).merge(take(handover::offer)),
        )
        .route("/account/handover/one", show(handover::show_one))
        .route("/account/handover/pick", take(handover::pick))
        .route("/account/handover/confirm", take(handover::confirm))
        .route("/account/handover/withdraw", take(handover::withdraw))
        .route("/account/leave", show(leave::show).merge(take(leave::take)))
        .route("/account/leave/recall", take(leave::recall))
        .route(
            "/account/people",
            show(colleagues::show).merge(take(colleagues::take)),
        )
        .route("/account/people/link", take(colleagues::link))
        .route("/account/people/close", take(colleagues::close))
        .route("/account/post", take(posts::take))
        .route(
            "/account/notices",
            show(reach::show).merge(take(reach::take)),
        )
        .route("/account/password", take(account::take_password))
        .route(
            "/account/factor",
            show(factor::show).merge(take(factor::take)),
        )
        .route(
            "/account/sessions",
            show(|_| see("/account")).merge(take(sessions::take)),
        )
        .route("/prove", show(prove::show).merge(take(prove::take)))
        .route("/account/lang", take(account::take_lang))
        .route("/look", take(account::take_look))
        .route("/help", show(help::show))
        .route("/imports", show(bring::batches))
        .route("/lookup/division", take(lookup::divisions))
        .route("/lookup/{path}", take_in(lookup::records))
        .route("/assets/{hash}/{name}", get(asset))
}

fn of_registers() -> Router<Door> {
    Router::new()
        .route("/{path}", get(to_list))
        .route("/{path}/", show_in(list::show).merge(take_in(list::post)))
        .route("/{path}/new", show_in(edit::show_new).merge(take_new()))
        .route("/{path}/export", show_in(list::export))
        .route("/{path}/views", take_in(list::save_view))
        .route("/{path}/views/drop", take_in(list::drop_view))
        .route("/{path}/views/share", take_in(list::share_view))
        .route("/{path}/views/unshare", take_in(list::unshare_view))
        .route(
            "/{path}/params",
            show_in(params::show).merge(take_in(params::take)),
        )
        .route("/{path}/import", show_in(bring::ask).merge(take_import()))
        .route(
            "/{path}/import/{id}",
            show_at(bring::job).merge(take_at(bring::confirm)),
        )
        .route("/{path}/import/{id}/stop", take_at(bring::stop))
        .route(
            "/{path}/import/{id}/undo",
            show_at(bring::ask_undo).merge(take_at(bring::undo)),
        )
        .route("/{path}/import/{id}/wrong", show_at(bring::wrong))
}

fn of_records() -> Router<Door> {
    Router::new()
        .route("/{path}/{id}", show_at(record::show))
        .route(
            "/{path}/{id}/edit",
            show_at(edit::show_edit).merge(take_at(edit::change)),
        )
        .route("/{path}/{id}/history", show_at(record::history))
        .route("/{path}/{id}/secret", take_at(record::renew_secret))
        .route("/{path}/{id}/try", take_at(record::try_webhook))
        .route(
            "/{path}/{id}/erase",
            show_at(record::ask_erase).merge(take_at(record::take_erase)),
        )
        .route(
            "/{path}/{id}/invite",
            show_at(record::ask_invite).merge(take_at(record::take_invite)),
        )
        .route(
            "/{path}/{id}/do/{name}",
            show_of(record::ask_act).merge(take_of(record::take_act)),
        )
        .route(
            "/{path}/{id}/reveal/{name}",
            show_of(record::ask_reveal).merge(take_of(record::take_reveal)),
        )
        .route(
            "/{path}/{id}/turn/{name}",
            show_of(record::ask_turn).merge(take_of(record::take_turn)),
        )
        .route("/{path}/{id}/undo", take_at(after::undo))
        .route("/{path}/{id}/files/{name}", show_of(record::download))
}

/// A page of its own.
type Show = fn(&Visit) -> Paged;
type Take = fn(&Visit, Sent) -> Paged;
/// A page of a register.
type ShowIn = fn(&Visit, RegisterIx, &Register) -> Paged;
type TakeIn = fn(&Visit, RegisterIx, &Register, Sent) -> Paged;
/// A page of a record.
type ShowAt = fn(&Visit, RegisterIx, &Register, Id) -> Paged;
type TakeAt = fn(&Visit, RegisterIx, &Register, Id, Sent) -> Paged;
/// A page of something of a record: an action, a field, a file.
type ShowOf = fn(&Visit, RegisterIx, &Register, Id, &str) -> Paged;
type TakeOf = fn(&Visit, RegisterIx, &Register, Id, &str, Sent) -> Paged;

fn show(page: Show) -> MethodRouter<Door> {
    get(async move |State(door): State<Door>, request: Request| door.show(request, page).await)
}

fn take(page: Take) -> MethodRouter<Door> {
    post(async move |State(door): State<Door>, request: Request| door.take(request, page).await)
}

fn show_in(page: ShowIn) -> MethodRouter<Door> {
    get(
        async move |State(door): State<Door>, Path(path): Path<String>, request: Request| {
            door.show(request, move |visit| {
                within(visit, &path, |ix, def| page(visit, ix, def))
            })
            .await
        },
    )
}

fn take_in(page: TakeIn) -> MethodRouter<Door> {
    post(
        async move |State(door): State<Door>, Path(path): Path<String>, request: Request| {
            let page = move |visit: &Visit, sent| {
                within(visit, &path, |ix, def| page(visit, ix, def, sent))
            };
            door.take(request, page).await
        },
    )
}

fn take_new() -> MethodRouter<Door> {
    post(
        async move |State(door): State<Door>, Path(path): Path<String>, request: Request| {
            let rules = rules(&door, &path);
            let page = move |visit: &Visit, sent| {
                within(visit, &path, |ix, def| edit::make(visit, ix, def, sent))
            };
            door.take_files(request, rules, page).await
        },
    )
}

fn take_import() -> MethodRouter<Door> {
    post(
        async move |State(door): State<Door>, Path(path): Path<String>, request: Request| {
            let found = door.app.catalogue().register_by_path(&path);
            let rules = found
                .map(|ix| bring::rules(ix, Lang::Zh))
                .unwrap_or_default();
            let page = move |visit: &Visit, sent| {
                within(visit, &path, |ix, def| bring::take(visit, ix, def, sent))
            };
            door.take_files(request, rules, page).await
        },
    )
}

type At = Path<(String, String)>;
type Of = Path<(String, String, String)>;

fn show_at(page: ShowAt) -> MethodRouter<Door> {
    get(
        async move |State(door): State<Door>, Path((path, id)): At, request: Request| {
            let page =
                move |visit: &Visit| at(visit, &path, &id, |ix, def, id| page(visit, ix, def, id));
            door.show(request, page).await
        },
    )
}

fn take_at(page: TakeAt) -> MethodRouter<Door> {
    post(
        async move |State(door): State<Door>, Path((path, id)): At, request: Request| {
            let rules = rules(&door, &path);
            let page = move |visit: &Visit, sent| {
                at(visit, &path, &id, |ix, def, id| {
                    page(visit, ix, def, id, sent)
                })
            };
            door.take_files(request, rules, page).await
        },
    )
}

fn show_of(page: ShowOf) -> MethodRouter<Door> {
    get(
        async move |State(door): State<Door>, Path((path, id, name)): Of, request: Request| {
            let page = move |visit: &Visit| {
                at(visit, &path, &id, |ix, def, id| {
                    page(visit, ix, def, id, &name)
                })
            };
            door.show(request, page).await
        },
    )
}

fn take_of(page: TakeOf) -> MethodRouter<Door> {
    post(
        async move |State(door): State<Door>, Path((path, id, name)): Of, request: Request| {
            let rules = rules(&door, &path);
            let page = move |visit: &Visit, sent| {
                at(visit, &path, &id, |ix, def, id| {
                    page(visit, ix, def, id, &name, sent)
                })
            };
            door.take_files(request, rules, page).await
        },
    )
}

/// Finds the register of a path.
fn within(visit: &Visit, path: &str, page: impl FnOnce(RegisterIx, &Register) -> Paged) -> Paged {
    let catalogue = visit.app().catalogue().clone();
    match catalogue.register_by_path(path) {
        Some(ix) => page(ix, catalogue.at(ix)),
        None => visit.no_page(),
    }
}

fn at(
    visit: &Visit,
    path: &str,
    id: &str,
    page: impl FnOnce(RegisterIx, &Register, Id) -> Paged,
) -> Paged {
    within(visit, path, |ix, def| match id.parse() {
        Ok(id) => page(ix, def, id),
        Err(_) => visit.no_page(),
    })
}

/// What the file fields of a register take.
fn rules(door: &Door, path: &str) -> Rules {
    let catalogue = door.app.catalogue();
    let found = catalogue.register_by_path(path);
    found
        .map(|ix| edit::rules(catalogue.at(ix), Lang::Zh))
        .unwrap_or_default()
}

/// `/equipment` is `/equipment/`.
async fn to_list(State(door): State<Door>, Path(path): Path<String>, request: Request) -> Response {
    match door.app.catalogue().register_by_path(&path) {
        Some(_) => {
            let query = request
                .uri()
                .query()
                .map(|query| format!("?{query}"))
                .unwrap_or_default();
            Redirect::permanent(&format!("{}{query}", list_href(&path))).into_response()
        }
        None => nowhere(State(door), request).await,
    }
}

async fn nowhere(State(door): State<Door>, request: Request) -> Response {
    door.lost(request).await
}

async fn asset(request: Request) -> Response {
    let Some(asset) = assets::find(request.uri().path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (CONTENT_TYPE, asset.content_type),
        (CACHE_CONTROL, assets::CACHE_CONTROL),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    (headers, asset.body).into_response()
}
