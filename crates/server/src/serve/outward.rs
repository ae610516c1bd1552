//! Ways out of the house while it serves: the courier at work, and what is counted of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use app::{App, Outward};
use courier::{Courier, Encryption, Server};

use crate::config::{self, Config};
use crate::data::House;

/// How often what is due is looked for.
const EVERY: Duration = Duration::from_secs(5);

/// Tells the house how it is reached and what it may do, before anybody asks.
pub fn configure(app: &App, config: &Config) {
    app.set_outward(Outward {
        address: config.shown_url(),
        product: config.product.clone(),
        mail_domain: config.mail.as_ref().map(config::Mail::domain),
        allowed: config.push_allow.clone(),
    });
}

/// The mail server of the configuration.
pub fn server(config: &Config) -> Option<Server> {
    let mail = config.mail.as_ref()?;
    Some(Server {
        host: mail.host.clone(),
        port: mail.port,
        encryption: match mail.encryption {
            config::Encryption::StartTls => Encryption::StartTls,
            config::Encryption::Tls => Encryption::Tls,
            config::Encryption::None => Encryption::None,
        },
        login: mail.login.clone(),
        from: mail.from.clone(),
        product: config.product.clone(),
        bounce_to: mail.bounce_to.clone(),
        timeout: mail.timeout,
    })
}

/// Where reports of undelivered mail arrive.
pub fn reports(data: &Path, config: &Config) -> PathBuf {
    let told = config.mail.as_ref().and_then(|mail| mail.bounces.clone());
    told.unwrap_or_else(|| data.join("bounces"))
}

/// The number of a letter that stands in no queue.
pub fn message_number(server: &Server) -> String {
    let now = jiff::Timestamp::now().as_microsecond();
    let domain = server.from.rsplit_once('@').map(|(_, domain)| domain);
    format!("test.{now}@{}", domain.unwrap_or("localhost"))
}

/// Carries what is due, for as long as the service runs. Mail and events do not wait for each other.
pub fn begin(runtime: &tokio::runtime::Runtime, house: &House, config: &Config) {
    let courier = Courier::new(
        house.app.clone(),
        server(config),
        reports(&house.dir, config),
    );
    let courier = std::sync::Arc::new(courier);
    for (what, round) in [
        ("mail", Courier::mail as fn(&Courier) -> app::Outcome<usize>),
        ("events", Courier::events),
    ] {
        let courier = courier.clone();
        runtime.spawn(async move {
            loop {
                let beside = courier.clone();
                let done = tokio::task::spawn_blocking(move || round(&beside)).await;
                if let Ok(Err(error)) = done {
                    tracing::error!(%error, what, "Could not carry what is due");
                }
                tokio::time::sleep(EVERY).await;
            }
        });
    }
}
