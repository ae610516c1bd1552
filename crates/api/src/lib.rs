//! The door for programs: REST over every register, described by an OpenAPI document made from the
//! definitions. It decides nothing.
//!
//! **Invariant:** what the document says about a request is what the door enforces, and what it
//! says about an answer is what the door sends; both are tried against each other from outside.

mod body;
mod docs;
mod door;
mod dress;
mod export;
mod files;
mod house;
mod imports;
mod incoming;
mod json;
mod lists;
mod once;
mod openapi;
mod outgoing;
mod precondition;
mod problem;
mod question;
mod records;
mod settings;
mod shape;
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
        .route(
            "/{register}",
            get(lists::list_records).post(records::create_record),
        )
        .route("/{register}/query", post(lists::query_records))
        .route("/{register}/export", get(export::export_records))
        .route("/{register}/colours", get(lists::count_colours))
        .route("/{register}/files", post(files::upload_for_new))
        .route(
            "/{register}/{id}",
            get(records::get_record).patch(records::edit_record),
        )
        .route(
            "/{register}/{id}/actions/{action}",
            post(records::act_on_record),
        )
        .route("/{register}/{id}/history", get(records::list_history))
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
