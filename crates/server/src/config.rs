//! `jinzhi.toml`: every key may be overridden by the environment (`JINZHI_FOOT_ICP`) and by a flag
//! (`--set foot.icp=…`). What is not known is an error with its line and the nearest valid key.

mod keys;
mod layers;
mod outward;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::say::told;
pub use keys::Key;
use layers::Layers;
pub use outward::{Encryption, Mail};

/// Name of the file within the data directory.
pub const FILE: &str = "jinzhi.toml";

/// What is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub listen: SocketAddr,
    /// How people reach this server, for links that are printed: `https://jinzhi.example.cn`.
    pub base_url: Option<String>,
    pub demo: bool,
    pub product: String,
    pub cookies: CookieRule,
    pub tls: Option<Tls>,
    /// Token that `/metrics` wants from elsewhere than loopback.
    pub metrics_token: Option<String>,
    pub log: Log,
    pub foot: Vec<(Key, String)>,
    /// The mail server, where there is one.
    pub mail: Option<Mail>,
    /// `host:port` that units' systems may have although private or without TLS.
    pub push_allow: Vec<String>,
}

/// Whether cookies travel over https only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieRule {
    /// Everywhere but on loopback.
    Auto,
    Always,
    Never,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    pub cert: PathBuf,
    pub key: PathBuf,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    pub level: String,
    pub json: bool,
}

/// What stands above the file: variables of the environment and `key=value` of the command line.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub env: Vec<(String, String)>,
    pub flags: Vec<(String, String)>,
}

impl Overrides {
    /// The environment of the process, and flags.
    pub fn of_process(flags: Vec<(String, String)>) -> Overrides {
        // Values that are not text cannot be meant for us.
        let env = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with(layers::PREFIX))
            .collect();
        Overrides { env, flags }
    }
}

impl Config {
    /// The configuration of a data directory.
    pub fn read(data: &Path, overrides: &Overrides) -> anyhow::Result<Config> {
        let path = data.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                return Err(error).with_context(|| format!("配置读不了 {}", path.display()));
            }
        };
        let layers = Layers::of(&path.display().to_string(), &text, overrides)?;
        Config::of(&layers)
    }

    fn of(layers: &Layers) -> anyhow::Result<Config> {
        let listen = match layers.get(Key::Listen) {
            Some(given) => given.parsed("监听地址应是 IP:端口，如 0.0.0.0:8443")?,
            None => SocketAddr::from(([127, 0, 0, 1], 8080)),
        };
        let tls = match (
            layers.text(Key::TlsCertificate),
            layers.text(Key::TlsSecret),
        ) {
            (Some(cert), Some(key)) => Some(Tls {
                cert: cert.into(),
                key: key.into(),
            }),
            (None, None) => None,
            _ => return Err(told("tls.cert 和 tls.key 要么都填，要么都不填")),
        };
        let cookies = match layers.word(Key::CookieSecure, &["auto", "always", "never"])? {
            Some("always") => CookieRule::Always,
            Some("never") => CookieRule::Never,
            _ => CookieRule::Auto,
        };
        let level = layers.word(Key::LogLevel, &["error", "warn", "info", "debug", "trace"])?;
        let format = layers.word(Key::LogFormat, &["text", "json"])?;
        let foot = Key::ALL.into_iter().filter(|key| key.is_foot());
        Ok(Config {
            listen,
            base_url: layers
                .text(Key::BaseUrl)
                .map(|url| url.trim_end_matches('/').to_owned()),
            demo: layers.word(Key::Demo, &["true", "false"])? == Some("true"),
            product: layers.text(Key::Product).unwrap_or("金质").to_owned(),
            cookies,
            tls,
            metrics_token: metrics_token(layers)?,
            log: Log {
                level: level.unwrap_or("info").to_owned(),
                json: format == Some("json"),
            },
            foot: foot
                .filter_map(|key| Some((key, layers.text(key)?.to_owned())))
                .collect(),
            mail: Mail::of(layers)?,
            push_allow: outward::allowed(layers)?,
        })
    }

    /// Address under which people reach the server.
    pub fn shown_url(&self) -> String {
        match (&self.base_url, &self.tls) {
            (Some(url), _) => url.clone(),
            (None, Some(_)) => format!("https://{}", self.listen),
            (None, None) => format!("http://{}", self.listen),
        }
    }
}

/// Secrets stand in files of their own, so that the configuration may be shown around.
fn metrics_token(layers: &Layers) -> anyhow::Result<Option<String>> {
    let Some(path) = layers.text(Key::MetricsTokenFile) else {
        return Ok(None);
    };
    let token = std::fs::read_to_string(path).with_context(|| format!("令牌文件读不了 {path}"))?;
    match token.trim() {
        "" => Err(told(format!("令牌文件 {path} 是空的"))),
        token => Ok(Some(token.to_owned())),
    }
}

/// The file as `jinzhi init` writes it: every key, with its default, turned off.
pub fn template(demo: bool) -> String {
    let mut text = String::from(
        "# 金质的配置。去掉行首的 # 生效；每一项也可以用环境变量或者 --set 项=值 覆盖\n\n",
    );
    let mut section = "";
    for key in Key::ALL {
        let (table, name) = key.parts();
        if table != section {
            text.push_str(&format!("\n[{table}]\n"));
            section = table;
        }
        text.push_str(&format!(
            "# {}（环境变量 {}）\n",
            key.meaning(),
            key.variable()
        ));
        let off = if demo && key == Key::Demo { "" } else { "# " };
        let example = if off.is_empty() {
            "true"
        } else {
            key.example()
        };
        text.push_str(&format!("{off}{name} = {example}\n"));
    }
    text
}
