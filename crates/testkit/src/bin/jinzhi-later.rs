//! `jinzhi-later DATA ADDRESS`: serves a data directory at a time that the test chooses.
//!
//! `jinzhi` has no switch for its clock, on purpose; browser journeys that need a limit to pass use
//! this program instead. It reads lines from standard input: `+N` moves the clock on by N days and
//! looks at the limits, as the service does every few minutes. Each answer is one line.

use std::io::{BufRead as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::{App, Clock, SystemClock};
use axum::Router;
use catalogue::Texts;
use kernel::Moment;
use store::Store;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// The machine's clock, some days ahead.
#[derive(Default)]
struct Ahead {
    days: AtomicI64,
}

impl Clock for Ahead {
    fn now(&self) -> Moment {
        let Moment(now) = SystemClock.now();
        Moment(now + self.days.load(Ordering::Relaxed) * DAY_MICROS)
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let (Some(data), Some(address)) = (args.next(), args.next()) else {
        return Err("jinzhi-later DATA ADDRESS".into());
    };
    let clock = Arc::new(Ahead::default());
    let app = open(&PathBuf::from(data), clock.clone())?;
    let listener = tokio::net::TcpListener::bind(address.as_str()).await?;
    let served = doors(&app).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, served).await });
    tokio::task::spawn_blocking(move || obey(&app, &clock)).await?
}

/// The built-in definitions over the directory.
fn open(data: &std::path::Path, clock: Arc<Ahead>) -> Result<App, Failure> {
    let texts = Texts::house()?.with_tenants(subsystems::texts(), "subsystems")?;
    let hooks = subsystems::hooks();
    let catalogue = hooks
        .compile(&texts)
        .map_err(|faults| catalogue::render(&faults, &texts))?;
    let catalogue = Arc::new(catalogue);
    let store = Store::open(data, store::Options::default(), catalogue.clone())?;
    App::new(store, catalogue, hooks, clock).map_err(|no| format!("{no:?}").into())
}

fn doors(app: &App) -> Router {
    Router::new()
        .merge(web::router(app.clone(), web::Settings::default()))
        .merge(api::router(app.clone(), api::Settings::default()))
}

/// Does what each line says, until there are no more.
fn obey(app: &App, clock: &Ahead) -> Result<(), Failure> {
    say("serving")?;
    for line in std::io::stdin().lock().lines() {
        let days: i64 = line?.trim().parse()?;
        clock.days.fetch_add(days, Ordering::Relaxed);
        app.watch_limits().map_err(|no| format!("{no:?}"))?;
        say(&clock.now().local_date().to_string())?;
    }
    Ok(())
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
