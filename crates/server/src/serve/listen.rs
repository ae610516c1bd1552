//! The socket: plain or with TLS, until SIGTERM or Ctrl+C, and then ten seconds for what is in hand.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use rustls::crypto::ring;

use crate::config::{Config, Tls};

/// Requests in hand may end within; then they are cut off.
const GRACE: Duration = Duration::from_secs(10);

pub async fn until_stopped(
    router: Router,
    config: &Config,
    ready: impl FnOnce(&Config) + Send,
    stopping: impl FnOnce() + Send + 'static,
) -> anyhow::Result<()> {
    let handle = Handle::new();
    // Bound before anything is told, so that whoever reads the address can use it.
    let listener = std::net::TcpListener::bind(config.listen)
        .with_context(|| format!("监听不了 {}，可能已被占用", config.listen))?;
    listener.set_nonblocking(true).context("监听不了")?;
    let bound = listener.local_addr().context("监听不了")?;
    tokio::spawn(stop_when_told(handle.clone(), stopping));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    ready(&Config {
        listen: bound,
        ..config.clone()
    });
    let served = match &config.tls {
        None => {
            axum_server::from_tcp(listener)?
                .handle(handle)
                .serve(service)
                .await
        }
        Some(files) => {
            let tls = tls(files).await?;
            let server = axum_server::tls_rustls::from_tcp_rustls(listener, tls)?;
            server.handle(handle).serve(service).await
        }
    };
    served.context("服务意外停止")?;
    tracing::info!("Stopped");
    Ok(())
}

async fn tls(files: &Tls) -> anyhow::Result<RustlsConfig> {
    // Another part of the process may have chosen the same already.
    let _ = ring::default_provider().install_default();
    RustlsConfig::from_pem_file(&files.cert, &files.key)
        .await
        .with_context(|| {
            format!(
                "TLS 证书或者私钥用不了（{}，{}）",
                files.cert.display(),
                files.key.display()
            )
        })
}

async fn stop_when_told(handle: Handle<SocketAddr>, stopping: impl FnOnce() + Send) {
    told_to_stop().await;
    // Streams would be waited for until they are cut off.
    stopping();
    tracing::info!(seconds = GRACE.as_secs(), "Stopping");
    handle.graceful_shutdown(Some(GRACE));
}

#[cfg(unix)]
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = match signal(SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "SIGTERM is not heard"
            );
            let _ = tokio::signal::ctrl_c().await;
            return;
        }
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn told_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}
