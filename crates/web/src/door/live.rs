//! Counts of the to-do list as they change, by server-sent events: one stream a window, few an account.
//!
//! Nothing asks the store by the clock for everybody: a commit that touched turns wakes the streams,
//! each waits a little for more, and one after another they count anew. A stream ends with its session,
//! and when the program stops.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::{App, Count, Ring};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use http::{HeaderValue, StatusCode};
use kernel::Id;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

use super::Door;
use super::visit::{Asked, Visit};
use crate::pages::home::count_text;

/// Streams of one account at once; further windows keep the count with which they were opened.
const STREAMS_MAX: usize = 4;
/// After a commit more come: so long a stream waits before it counts.
const SETTLE: Duration = Duration::from_millis(700);
/// How often a quiet stream proves that it lives, asks after its session, and counts for what the clock
/// alone makes overdue.
const HEARTBEAT: Duration = Duration::from_secs(25);
/// Events that may wait for a slow browser.
const EVENTS_WAITING_MAX: usize = 2;

/// What all streams of a door share.
pub struct Live {
    /// Counts commits that touched turns.
    turns: watch::Sender<u64>,
    stop: watch::Sender<bool>,
    open: Mutex<HashMap<Id, usize>>,
    /// One counts at a time, so that many windows never take the store from those who work.
    counting: Semaphore,
}

impl Live {
    pub fn of(app: &App) -> Arc<Live> {
        let live = Arc::new(Live {
            turns: watch::Sender::new(0),
            stop: watch::Sender::new(false),
            open: Mutex::default(),
            counting: Semaphore::new(1),
        });
        // The house outlives its doors.
        let heard = Arc::downgrade(&live);
        app.listen(move |ring| {
            let Some(live) = heard.upgrade() else { return };
            match ring {
                Ring::Turns => live.turns.send_modify(|commits| *commits += 1),
                Ring::Stop => _ = live.stop.send_replace(true),
            }
        });
        live
    }

    fn enter(self: &Arc<Live>, account: Id) -> Option<Seat> {
        let mut open = self.open.lock().ok()?;
        let streams = open.entry(account).or_default();
        (*streams < STREAMS_MAX).then(|| {
            *streams += 1;
            Seat {
                live: self.clone(),
                account,
            }
        })
    }
}

/// A stream that counts towards its account's; given back when it ends, however it ends.
struct Seat {
    live: Arc<Live>,
    account: Id,
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Ok(mut open) = self.live.open.lock()
            && let Some(streams) = open.get_mut(&self.account)
        {
            *streams -= 1;
            if *streams == 0 {
                open.remove(&self.account);
            }
        }
    }
}

/// One window that listens.
struct Listener {
    app: App,
    token: String,
    seat: Seat,
}

/// The stream. A browser that is answered 204 does not ask again (HTML, server-sent events §9.2.3).
pub async fn stream(State(door): State<Door>, request: Request) -> Response {
    let asked = Asked::of(&door, &request);
    let listening = tokio::task::spawn_blocking(move || {
        let visit = Visit::new(door, asked).ok()?;
        let session = visit.session.as_ref().filter(|s| s.owes.is_none())?;
        let token = visit.token.clone()?;
        let seat = visit.door.live.enter(session.person.actor.account)?;
        Some(Listener {
            app: visit.app().clone(),
            token,
            seat,
        })
    });
    let Ok(Some(listener)) = listening.await else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let (send, receive) = mpsc::channel(EVENTS_WAITING_MAX);
    tokio::spawn(listener.serve(send));
    let mut answer = Response::new(Body::from_stream(ReceiverStream::new(receive)));
    for (name, value) in [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        // A proxy that gathers what it passes on would hold the events back.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        answer
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    answer
}

type Events = mpsc::Sender<Result<Bytes, std::convert::Infallible>>;

impl Listener {
    async fn serve(self, events: Events) {
        let live = self.seat.live.clone();
        let (mut turns, mut stop) = (live.turns.subscribe(), live.stop.subscribe());
        let mut told = String::new();
        loop {
            // What is committed from here on wakes it again.
            turns.borrow_and_update();
            let Some(now) = self.count().await else {
                return;
            };
            let event = match now == told {
                true => ":\n\n".to_owned(),
                false => now.clone(),
            };
            told = now;
            // Who reads nothing is let go, and asks again when he reads: nothing waits for him, neither
            // the end of his session nor the end of the program.
            if events.try_send(Ok(Bytes::from(event))).is_err() {
                return;
            }
            let woken = tokio::select! {
                changed = turns.changed() => changed.is_ok(),
                _ = stop.wait_for(|stop| *stop) => false,
                () = events.closed() => false,
                () = tokio::time::sleep(HEARTBEAT) => continue,
            };
            if !woken {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(SETTLE) => {},
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// The counts as an event, those of the post in which the person acts by now; nothing when the
    /// session has ended.
    async fn count(&self) -> Option<String> {
        let _turn = self.seat.live.counting.acquire().await.ok()?;
        let (app, token) = (self.app.clone(), self.token.clone());
        let counted = tokio::task::spawn_blocking(move || {
            // Asked by the program: it does not keep the session awake.
            let session = app.standing_session(&token)?;
            let session = session.filter(|session| session.owes.is_none());
            let counts = session.map(|session| app.todo_counts(&session.actor()));
            counts.transpose()
        });
        let counts = counted.await.ok()?.ok()??;
        let shown = |count: Count| match count {
            Count::Exactly(0) => String::new(),
            count => count_text(count),
        };
        let (todo, overdue) = (shown(counts.todo), shown(counts.overdue));
        Some(format!("event: counts\ndata: {todo}\ndata: {overdue}\n\n"))
    }
}
