//! Ways out of the house: the mail server, and where units' own systems may be.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;

use super::keys::Key;
use super::layers::{Layers, PREFIX};
use crate::say::told;

const SECONDS_DEFAULT: u64 = 30;
const SECONDS_MAX: u64 = 300;

/// Whether and when the connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    StartTls,
    Tls,
    None,
}

impl Encryption {
    /// RFC 6409, RFC 8314, RFC 5321.
    fn port(self) -> u16 {
        match self {
            Encryption::StartTls => 587,
            Encryption::Tls => 465,
            Encryption::None => 25,
        }
    }
}

/// The mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    /// User and password.
    pub login: Option<(String, String)>,
    pub from: String,
    pub bounce_to: String,
    /// The Maildir of reports; one in the data directory unless told.
    pub bounces: Option<PathBuf>,
    pub timeout: Duration,
}

/// The password stays out of logs.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mail({}:{})", self.host, self.port)
    }
}

impl Mail {
    pub fn of(layers: &Layers) -> anyhow::Result<Option<Mail>> {
        let Some(host) = layers.text(Key::MailHost) else {
            return Ok(None);
        };
        let encryption = match layers.word(Key::MailTls, &["starttls", "tls", "none"])? {
            Some("tls") => Encryption::Tls,
            Some("none") => Encryption::None,
            _ => Encryption::StartTls,
        };
        let port = match layers.get(Key::MailPort) {
            Some(given) => given.parsed("端口应是 1 到 65535 的整数")?,
            None => encryption.port(),
        };
        let from = layers.text(Key::MailFrom);
        let from = from.ok_or_else(|| told("填了 mail.host，还要填发件人地址 mail.from"))?;
        let from = address(from)?;
        let bounce_to = layers.text(Key::MailBounceTo).map(address).transpose()?;
        let seconds = match layers.get(Key::MailSeconds) {
            Some(given) => given.parsed("应是整数")?,
            None => SECONDS_DEFAULT,
        };
        let login = match (layers.text(Key::MailUser), password(layers)?) {
            (Some(user), Some(password)) => Some((user.to_owned(), password)),
            (None, None) => None,
            (Some(_), None) => {
                return Err(told(
                    "填了 mail.user，还要用 mail.password_file 或者环境变量 JINZHI_MAIL_PASSWORD 给出密码",
                ));
            }
            (None, Some(_)) => return Err(told("给了发信密码，还要填发信账号 mail.user")),
        };
        Ok(Some(Mail {
            host: host.to_owned(),
            port,
            encryption,
            login,
            bounce_to: bounce_to.unwrap_or_else(|| from.clone()),
            from,
            bounces: layers.text(Key::MailBounces).map(PathBuf::from),
            timeout: Duration::from_secs(seconds.clamp(1, SECONDS_MAX)),
        }))
    }

    /// What stands after the `@` of the sender.
    pub fn domain(&self) -> String {
        let domain = self.from.rsplit_once('@').map(|(_, domain)| domain);
        domain.unwrap_or_default().to_owned()
    }
}

fn address(text: &str) -> anyhow::Result<String> {
    codes::text::check_email(text).map_err(|_| told(format!("“{text}”不是邮箱地址")))
}

/// From a file, or from the environment, so that the configuration may be shown around.
fn password(layers: &Layers) -> anyhow::Result<Option<String>> {
    let given = layers
        .get(Key::MailPassword)
        .filter(|given| !given.text.is_empty());
    if let Some(given) = given {
        if !given.place.starts_with(PREFIX) {
            return Err(told(format!(
                "{}: 密码不要写在这里，请用 mail.password_file 或者环境变量 JINZHI_MAIL_PASSWORD",
                given.place
            )));
        }
        return Ok(Some(given.text.clone()));
    }
    let Some(path) = layers.text(Key::MailPasswordFile) else {
        return Ok(None);
    };
    let text = std::fs::read_to_string(path);
    let text = text.with_context(|| format!("密码文件读不了 {path}"))?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(told(format!("密码文件 {path} 是空的"))),
        text => Ok(Some(text.to_owned())),
    }
}

/// `10.0.0.8:8080, unit.internal:80`.
pub fn allowed(layers: &Layers) -> anyhow::Result<Vec<String>> {
    let Some(text) = layers.text(Key::PushAllow) else {
        return Ok(Vec::new());
    };
    let places = text
        .split([',', '，'])
        .map(str::trim)
        .filter(|place| !place.is_empty());
    let checked = places.map(|place| {
        let port = place
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse::<u16>().ok());
        match port {
            Some(port) if port > 0 => Ok(place.to_owned()),
            _ => Err(told(format!("push.allow 里的“{place}”应写成 主机:端口"))),
        }
    });
    checked.collect()
}
