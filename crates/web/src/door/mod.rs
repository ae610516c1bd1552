//! The door: who asks, what was sent, what goes back, and the rules that hold for every page.

mod answer;
mod body;
mod cookies;
mod drafts;
mod error;
mod headers;
mod live;
mod once;
mod routes;
mod stream;
mod visit;

pub(crate) use answer::{Paged, fragment, html_page, not_found, plain, see};
pub(crate) use body::{FileRule, Rules, Sent, UPLOAD_BYTES_MAX, Use};
pub(crate) use cookies::Name as Cookie;
pub(crate) use error::with_wait;
pub(crate) use stream::{stream, written};
pub(crate) use visit::{Visit, lang_of, number, word_of};

use std::sync::Arc;

use app::{App, No};
use axum::Router;
use axum::extract::Request;
use axum::response::Response;

use crate::Settings;
use drafts::Drafts;
use visit::Asked;

/// All pages of one house. Assets come with them; `/healthz` and the API are other doors.
pub fn router(app: App, settings: Settings) -> Router {
    let door = Door {
        live: live::Live::of(&app),
        settings: Arc::new(settings),
        drafts: Arc::default(),
        app,
    };
    routes::routes(door)
}

/// What every page stands on.
#[derive(Clone)]
pub(crate) struct Door {
    pub app: App,
    pub settings: Arc<Settings>,
    pub drafts: Arc<Drafts>,
    pub live: Arc<live::Live>,
}

impl Door {
    /// Answers a GET: on a thread that may block, because `app` reads from disk.
    pub async fn show<F>(self, request: Request, page: F) -> Response
    where
        F: FnOnce(&Visit) -> Paged + Send + 'static,
    {
        let asked = Asked::of(&self, &request);
        self.block(asked, move |visit| {
            if let Some(turned) = visit.turned_away() {
                return turned;
            }
            page(visit)
        })
        .await
    }

    /// Answers a POST of a small form.
    pub async fn take<F>(self, request: Request, page: F) -> Response
    where
        F: FnOnce(&Visit, Sent) -> Paged + Send + 'static,
    {
        self.take_files(request, Rules::default(), page).await
    }

    /// Answers a POST that may bring files.
    pub async fn take_files<F>(self, request: Request, rules: Rules, page: F) -> Response
    where
        F: FnOnce(&Visit, Sent) -> Paged + Send + 'static,
    {
        let asked = Asked::of(&self, &request);
        let sent = body::read(&self, &asked, request, rules).await;
        self.block(asked, move |visit| {
            let sent = sent?;
            if let Some(turned) = visit.unproven(&sent) {
                return turned;
            }
            if let Some(turned) = visit.turned_away() {
                return turned;
            }
            let typed = sent.pairs.clone();
            page(visit, sent).or_else(|no| visit.prove_first(no, &typed))
        })
        .await
    }

    /// An address that nothing stands at.
    pub async fn lost(self, request: Request) -> Response {
        let asked = Asked::of(&self, &request);
        self.block(asked, |visit| visit.no_page()).await
    }

    async fn block<F>(self, asked: Asked, page: F) -> Response
    where
        F: FnOnce(&Visit) -> Paged + Send + 'static,
    {
        let done = tokio::task::spawn_blocking(move || {
            let visit = match Visit::new(self, asked) {
                Ok(visit) => visit,
                Err(no) => return error::bare(&no),
            };
            let answer = page(&visit).or_else(|no| visit.instead(no));
            let answer = answer.unwrap_or_else(|no| error::page(&visit, &no));
            visit.dress(answer)
        });
        match done.await {
            Ok(answer) => answer,
            Err(broken) => {
                tracing::error!(panic = broken.is_panic(), "A page broke off");
                error::bare(&No::Broke(app::Error::Broken("a page broke off")))
            }
        }
    }
}
