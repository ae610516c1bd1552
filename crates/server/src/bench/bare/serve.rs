//! The handlers: one look or one change each.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, anyhow, bail};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path as At, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use expr::Id;
use http::{StatusCode, header};
use rusqlite::{Connection, params};
use serde_json::{Map, Value as Json};
use tokio::sync::oneshot;

use super::approve::{Approval, Next};
use super::json::{object, page};
use super::table::Columns;
use super::todo::todo;
use super::writer::{Job, Wanted, Writer};
use super::{HITS, INDEX, LISTED, PAGE, TABLE, open_reader, open_writer};

/// Serves until the process is told to stop.
pub fn serve(dir: &Path, listen: SocketAddr) -> anyhow::Result<()> {
    let conn = open_writer(dir)?;
    let columns = Columns::of(&conn)?;
    let read_one = format!("SELECT {} FROM {TABLE} WHERE id = ?", columns.list());
    let (sender, receiver) = channel();
    let bench = Writer::new(conn)?;
    std::thread::spawn(move || bench.work(&receiver));
    let readers = Mutex::default();
    let inner = Inner {
        dir: dir.to_owned(),
        columns,
        read_one,
        readers,
        writer: sender,
    };
    let router = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/r", post(create).get(list))
        .route("/r/{id}", get(read).patch(update))
        .route("/search", get(search))
        .route("/todo", get(list_todo))
        .route("/approve", post(approve))
        .with_state(Bare(Arc::new(inner)));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        axum::serve(listener, router).await?;
        Ok(())
    })
}

#[derive(Clone)]
struct Bare(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    columns: Columns,
    read_one: String,
    readers: Mutex<Vec<Connection>>,
    writer: Sender<Job>,
}

type Pairs = Query<std::collections::HashMap<String, String>>;

async fn read(State(bare): State<Bare>, At(id): At<String>) -> Response {
    bare.look(move |bare, conn| {
        let id = id.parse::<Id>().map_err(|_| anyhow!("not an id"))?;
        let mut statement = conn.prepare_cached(&bare.0.read_one)?;
        let mut rows = statement.query([id.0])?;
        let row = rows.next()?.context("no such record")?;
        let mut out = String::with_capacity(4_096);
        object(&mut out, row, &bare.0.columns.names)?;
        Ok(out)
    })
    .await
}

async fn list(State(bare): State<Bare>, Query(pairs): Pairs) -> Response {
    bare.look(move |_, conn| {
        let text = |name: &str| pairs.get(name).map_or("", String::as_str);
        let sql = format!(
            "SELECT {LISTED} FROM {TABLE} WHERE kind = ? AND state = ? AND next_due >= ? \
             ORDER BY next_due, id LIMIT ?"
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let binds = params![text("kind"), text("state"), text("from"), (PAGE + 1) as i64];
        page(statement.query(binds)?, PAGE)
    })
    .await
}

async fn search(State(bare): State<Bare>, Query(pairs): Pairs) -> Response {
    bare.look(move |_, conn| {
        let words = pairs.get("q").map_or("", String::as_str);
        let question = format!("\"{words}\"");
        let sql = format!(
            "SELECT {LISTED} FROM {TABLE} WHERE id IN \
             (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH ? ORDER BY rowid DESC LIMIT ?) \
             ORDER BY id DESC"
        );
        let mut statement = conn.prepare_cached(&sql)?;
        page(statement.query(params![question, HITS as i64])?, HITS)
    })
    .await
}

async fn list_todo(State(bare): State<Bare>, Query(pairs): Pairs) -> Response {
    bare.look(move |_, conn| {
        let text = |name: &str| pairs.get(name).map_or("", String::as_str);
        let account = text("account").parse::<Id>();
        let account = account.map_err(|_| anyhow!("not an id"))?;
        todo(conn, account.0, text("desks"))
    })
    .await
}

async fn create(State(bare): State<Bare>, body: Bytes) -> Response {
    bare.change(|columns| {
        let fields = fields(&body)?;
        let cells = columns.names.iter().enumerate();
        let cells = cells.map(|(at, name)| columns.cell(at, fields.get(name)));
        Ok(Wanted::Create(cells.collect()))
    })
    .await
}

async fn update(State(bare): State<Bare>, At(id): At<String>, body: Bytes) -> Response {
    bare.change(|columns| {
        let id = id.parse::<Id>().map_err(|_| anyhow!("not an id"))?;
        let mut changed = Vec::new();
        for (name, value) in &fields(&body)? {
            let at = columns.at(name)?;
            changed.push((at, columns.cell(at, Some(value))));
        }
        Ok(Wanted::Update(id.0, changed))
    })
    .await
}

async fn approve(State(bare): State<Bare>, body: Bytes) -> Response {
    bare.change(|_| {
        let asked: Json = serde_json::from_slice(&body)?;
        let number = |from: &Json, name: &str| from[name].as_i64().context(name.to_owned());
        let text = |from: &Json, name: &str| {
            let text = from[name].as_str().context(name.to_owned());
            text.map(str::to_owned)
        };
        let next = &asked["next"];
        Ok(Wanted::Approve(Box::new(Approval {
            record: number(&asked, "record")?,
            task: number(&asked, "task")?,
            matter: number(&asked, "matter")?,
            doer: number(&asked, "doer")?,
            unit: number(&asked, "unit")?,
            role: text(&asked, "role")?,
            act: text(&asked, "act")?,
            state: text(&asked, "state")?,
            opinion: text(&asked, "opinion")?,
            late_days: asked["late_days"].as_i64(),
            next: Next {
                desk: text(next, "desk")?,
                roles: text(next, "roles")?,
                unit: number(next, "unit")?,
                limit: text(next, "limit")?,
                due: number(next, "due")?,
            },
        })))
    })
    .await
}

fn fields(body: &[u8]) -> anyhow::Result<Map<String, Json>> {
    match serde_json::from_slice::<Map<String, Json>>(body)?.remove("fields") {
        Some(Json::Object(fields)) => Ok(fields),
        _ => bail!("no fields"),
    }
}

impl Bare {
    async fn look(
        self,
        f: impl FnOnce(&Bare, &Connection) -> anyhow::Result<String> + Send + 'static,
    ) -> Response {
        let done = tokio::task::spawn_blocking(move || {
            let idle = self.readers().pop();
            let conn = match idle {
                Some(conn) => conn,
                None => open_reader(&self.0.dir)?,
            };
            let answer = f(&self, &conn);
            self.readers().push(conn);
            answer
        });
        answer(
            StatusCode::OK,
            done.await.unwrap_or_else(|error| Err(error.into())),
        )
    }

    async fn change(self, f: impl FnOnce(&Columns) -> anyhow::Result<Wanted>) -> Response {
        let (answered, ticket) = oneshot::channel();
        let sent = f(&self.0.columns).and_then(|what| {
            self.0
                .writer
                .send(Job {
                    what,
                    answer: answered,
                })
                .map_err(|_| anyhow!("no writer"))
        });
        let done = match sent {
            Ok(()) => ticket.await.unwrap_or_else(|error| Err(error.into())),
            Err(error) => Err(error),
        };
        let text = |(id, version)| format!("{{\"id\":\"{}\",\"version\":{version}}}", Id(id));
        answer(StatusCode::OK, done.map(text))
    }

    fn readers(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.0
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn answer(status: StatusCode, outcome: anyhow::Result<String>) -> Response {
    let (status, body) = match outcome {
        Ok(body) => (status, body),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
