//! The door for programs: REST over every register, described by an OpenAPI document made from the
//! definitions. It decides nothing.
//!
//! **Invariant:** what the document says about a request is what the door enforces, and what it
//! says about an answer is what the door sends; both are tried against each other from outside.

mod batch;
mod body;
mod docs;
mod door;
mod dress;
mod enrolments;
mod export;
mod files;
mod flow;
mod flow_json;
mod flows;
mod handovers;
mod house;
mod imports;
mod incoming;
mod json;
mod leaves;
mod lists;
mod notices;
mod once;
mod openapi;
mod outgoing;
mod posts;
mod precondition;
mod prefill;
mod problem;
mod prove;
mod question;
mod records;
mod settings;
mod shape;
mod told;
mod units;
mod write;

use app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub use settings::Settings;

use crate::door::Door;

/// The OpenAPI document of these definitions.
pub fn openapi(catalogue: &catalogue::Catalogue, settings: &Settings) -> serde_json::Value {
    openapi::document(catalogue, settings)
}

/// The API, all of it under `/api`.
pub fn router(app: App, settings: Settings) -> Router {
    let door = Door::new(app, settings);
    let api = Router::new()
        .route("/openapi.json", get(house::get_openapi))
        .route("/docs", get(docs::show_operations))
        .route("/docs/errors", get(docs::show_errors))
        .route("/docs/style.css", get(docs::get_style))
        .route("/-/search", get(house::search_house))
        .route("/-/me", get(house::get_me))
        .route("/-/prove", post(prove::prove))
        .route(
            "/-/colleagues",
            get(enrolments::list_colleagues).post(enrolments::add_colleague),
        )
        .route("/-/colleagues/{id}/link", post(enrolments::link_colleague))
        .route(
            "/-/colleagues/{id}/close",
            post(enrolments::close_colleague),
        )
        .route("/-/enrolments", post(enrolments::enrol))
        .route("/-/enrolments/unit", post(enrolments::look_up_unit))
        .route(
            "/-/enrolments/{public_no}/standing",
            post(enrolments::get_standing),
        )
        .route("/-/posts", get(posts::list_posts))
        .route("/-/posts/{id}/take", post(posts::take_post))
        .route("/-/posts/{id}/deputies", get(leaves::list_deputies))
        .route("/-/leaves", get(leaves::list_leaves).post(leaves::entrust))
        .route("/-/leaves/{id}/recall", post(leaves::recall))
        .route(
            "/-/handovers",
            get(handovers::list_handovers).post(handovers::offer),
        )
        .route("/-/units", get(units::tree))
        .route("/-/units/{id}", get(units::one))
        .route("/-/unit-changes", post(units::change_units))
        .route("/-/unit-changes/preview", post(units::preview))
        .route("/-/unit-changes/{id}/{act}", post(units::act))
        .route("/-/handovers/{id}", get(handovers::get_handover))
        .route("/-/handovers/{id}/{act}", post(handovers::act))
        .route("/-/divisions", get(house::list_provinces))
        .route("/-/divisions/{code}", get(house::get_division))
        .route(
            "/-/imports",
            get(imports::list_imports).post(imports::start_import),
        )
        .route("/-/imports/{id}", get(imports::get_import))
        .route(
            "/-/imports/{id}/wrong_rows",
            get(imports::download_wrong_rows),
        )
        .route("/-/imports/{id}/go_ahead", post(imports::go_ahead))
        .route("/-/imports/{id}/stop", post(imports::stop_import))
        .route("/-/imports/{id}/undo", post(imports::undo_import))
        .route("/-/todo", get(flow::list_todo))
        .route("/-/todo/counts", get(flow::count_todo))
        .route("/-/notices", get(notices::list_notices))
        .route("/-/notices/read", post(notices::read_all_notices))
        .route("/-/notices/{id}/read", post(notices::read_notice))
        .route("/-/reach", get(told::get_reach))
        .route("/-/reach/choose", post(told::choose))
        .route("/-/reach/email", post(told::set_email))
        .route("/-/reach/prove", post(told::prove_email))
        .route("/-/reach/drop", post(told::drop_email))
        .route("/-/feed", post(told::make_feed))
        .route("/-/feed/drop", post(told::drop_feed))
        .route("/-/webhooks/{id}/secret", post(told::renew_secret))
        .route("/-/webhooks/{id}/try", post(told::try_webhook))
        .route("/-/calendar", get(notices::get_calendar))
        .route("/-/calendar/moves", get(notices::list_moves))
        .route("/-/calendar/adopt", post(notices::adopt_calendar))
        .route("/-/flows", get(flows::list_flows))
        .route(
            "/-/flows/{register}/{version}",
            get(flows::list_flow_matters),
        )
        .route(
            "/-/flows/{register}/{version}/move",
            post(flows::move_flow_matters),
        )
        .route("/-/turns/{id}/{act}", post(flow::act_on_turn))
        .route("/-/progress/{public_no}", get(flow::get_public_progress))
        .route("/-/progress/{public_no}/comments", post(flow::comment))
        .route(
            "/{register}",
            get(lists::list_records).post(records::create_record),
        )
        .route("/{register}/query", post(lists::query_records))
        .route("/{register}/prefill", get(prefill::get_prefill))
        .route("/{register}/export", get(export::export_records))
        .route("/{register}/colours", get(lists::count_colours))
        .route("/{register}/files", post(files::upload_for_new))
        .route(
            "/{register}/{id}",
            get(records::get_record).patch(records::edit_record),
        )
        .route("/{register}/actions/{action}", post(batch::act_on_many))
        .route("/{register}/{id}/undo", post(flow::undo_act))
        .route(
            "/{register}/{id}/actions/{action}",
            post(records::act_on_record),
        )
        .route("/{register}/{id}/history", get(records::list_history))
        .route("/{register}/{id}/progress", get(flow::get_progress))
        .route(
            "/{register}/{id}/files",
            get(files::list_files).post(files::upload_for_record),
        )
        .route("/{register}/{id}/files/{hash}", get(files::download_file))
        .route("/{register}/{id}/reveal", post(records::reveal_field))
        .route("/{register}/{id}/erase", post(records::erase_record))
        .fallback(dress::no_such_path)
        // Each operation has its own, named limit.
        .layer(DefaultBodyLimit::disable())
        .layer(axum::middleware::from_fn_with_state(
            door.clone(),
            dress::dress,
        ))
        .with_state(door);
    Router::new().nest("/api", api)
}
