//! The service: pages and API behind one address, with what an operator expects around them.

mod guard;
mod health;
mod listen;
mod logging;
mod metrics;
mod observe;
pub mod outward;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::compression::CompressionLayer;
use web::ui::Link;

use crate::config::{Config, CookieRule};
use crate::data::House;
use metrics::Metrics;

/// Words above every page of a demo.
const DEMO_STRIP: &str = "演示数据：名称和人员都是虚构的，请勿录入真实信息";

/// Serves until the process is told to stop. `ready` is called when the address answers.
pub fn run(
    house: &House,
    config: Config,
    ready: impl FnOnce(&Config) + Send,
) -> anyhow::Result<()> {
    logging::begin(&config.log);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("启动不了运行环境")?;
    outward::configure(&house.app, &config);
    outward::begin(&runtime, house, &config);
    runtime.spawn(sweep(house.app.clone()));
    runtime.spawn(watch(house.app.clone()));
    let app = house.app.clone();
    let outcome = runtime.block_on(listen::until_stopped(
        router(house, &config),
        &config,
        ready,
        move || app.ring_stop(),
    ));
    // Work in hand ends before the caller closes the store and releases the lock.
    drop(runtime);
    outcome
}

/// How often what nobody needs any more is forgotten.
const SWEEP_EVERY: Duration = Duration::from_secs(3_600);

async fn sweep(app: app::App) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
        let app = app.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || app.sweep()).await {
            tracing::error!(%error, "Could not forget what is old");
        }
    }
}

/// How often the limits are looked at. Each level of a limit is told of once, however often that is.
const WATCH_EVERY: Duration = Duration::from_secs(300);

/// Tells of limits that are near or past, from the start on; goes on with a recount that was killed.
async fn watch(app: app::App) {
    loop {
        let beside = app.clone();
        // A recount that fails must not silence the watch: each is tried by itself.
        let done = tokio::task::spawn_blocking(move || {
            let units = beside.carry_out_unit_changes().map(drop);
            [
                units,
                beside.recount().map(drop),
                beside.watch_limits().map(drop),
            ]
        });
        for error in done.await.into_iter().flatten().filter_map(Result::err) {
            tracing::error!(%error, "Could not watch the limits");
        }
        tokio::time::sleep(WATCH_EVERY).await;
    }
}

/// Everything that is served.
pub fn router(house: &House, config: &Config) -> Router {
    let metrics = Arc::new(Metrics::of(house.store.clone(), house.app.clone()));
    let doors = Router::new()
        .merge(web::router(house.app.clone(), pages(config)))
        .merge(api::router(house.app.clone(), programs(config)))
        .layer(from_fn(guard::no_panic));
    let health = health::Health {
        store: house.store.clone(),
        metrics: metrics.clone(),
        token: config.metrics_token.clone(),
    };
    Router::new()
        .merge(health::routes(health))
        .merge(doors)
        .layer(from_fn_with_state(metrics, observe::observe))
        .layer(CompressionLayer::new())
}

fn cookies(config: &Config) -> web::Cookies {
    match config.cookies {
        CookieRule::Always => web::Cookies::Secure,
        CookieRule::Never => web::Cookies::Plain,
        CookieRule::Auto => web::Settings::for_address(config.listen).cookies,
    }
}

/// The API takes the session of the pages, under the name that they give it.
fn programs(config: &Config) -> api::Settings {
    let session_cookie = match cookies(config) {
        web::Cookies::Secure => "__Host-jinzhi".to_owned(),
        web::Cookies::Plain => "jinzhi".to_owned(),
    };
    api::Settings {
        session_cookie,
        ..api::Settings::default()
    }
}

fn pages(config: &Config) -> web::Settings {
    web::Settings {
        product: config.product.clone(),
        strip: config.demo.then(|| DEMO_STRIP.to_owned()),
        cookies: cookies(config),
        address: config.base_url.clone(),
        foot: foot(config),
    }
}

/// What stands at the foot of every page (政府网站发展指引: 标识码、备案号、主办单位、找错).
fn foot(config: &Config) -> Vec<Link<'static>> {
    use crate::config::Key;
    config
        .foot
        .iter()
        .map(|(key, text)| {
            let (label, href) = match key {
                Key::Icp => (text.clone(), "https://beian.miit.gov.cn/".to_owned()),
                Key::Police => (text.clone(), "https://beian.mps.gov.cn/".to_owned()),
                Key::SiteCode => (format!("网站标识码 {text}"), String::new()),
                Key::Organiser => (format!("主办：{text}"), String::new()),
                Key::Phone => (format!("联系电话 {text}"), format!("tel:{text}")),
                _ => ("政府网站找错".to_owned(), text.clone()),
            };
            Link::new(label, href)
        })
        .collect()
}
