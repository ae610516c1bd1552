//! The address that a unit's system listens at: what may stand in it.

use std::net::Ipv6Addr;

use kernel::{Blame, Refusal};
use speech::said;

use super::guard::is_public;

const URL_CHARS_MAX: usize = 500;

/// An address taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub is_https: bool,
    /// In lower case, without the brackets of IPv6.
    pub host: String,
    pub port: u16,
    /// Path and query, beginning with `/`.
    pub path: String,
}

impl Target {
    /// Reads `https://host[:port]/path?query`. No user, no fragment, no blanks.
    pub fn read(url: &str) -> Option<Target> {
        let url = url.trim();
        let plain = url.len() <= URL_CHARS_MAX && url.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain || url.contains(['#', '\\', '"', '<', '>']) {
            return None;
        }
        let (scheme, rest) = url.split_once("://")?;
        let is_https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let (place, path) = match rest.find(['/', '?']) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (host, port) = parted(place)?;
        let port = match port {
            Some(port) => port.parse().ok().filter(|port| *port != 0)?,
            None if is_https => 443,
            None => 80,
        };
        let path = match path.starts_with('/') {
            true => path.to_owned(),
            false => format!("/{path}"),
        };
        Some(Target {
            is_https,
            host,
            port,
            path,
        })
    }

    /// `host:port`, as the operator allows it.
    pub fn place(&self) -> String {
        match self.host.contains(':') {
            true => format!("[{}]:{}", self.host, self.port),
            false => format!("{}:{}", self.host, self.port),
        }
    }

    /// Whether the host is written as this machine, a private network or a reserved address. What a
    /// name leads to is looked at with each push, for it changes.
    fn is_near(&self) -> bool {
        let host = self.host.trim_end_matches('.');
        let named = host == "localhost" || host.ends_with(".localhost");
        named || host.parse().is_ok_and(|address| !is_public(address))
    }

    pub fn is_allowed(&self, allowed: &[String]) -> bool {
        let place = self.place();
        allowed
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&place))
    }
}

/// Host and port of `host:port`.
fn parted(place: &str) -> Option<(String, Option<&str>)> {
    if let Some(rest) = place.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        let port = match port {
            "" => None,
            port => Some(port.strip_prefix(':')?),
        };
        return Some((host.to_ascii_lowercase(), port));
    }
    let (host, port) = match place.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (place, None),
    };
    let good = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-' || c == '_';
    let is_host = !host.is_empty() && host.len() <= 253 && host.chars().all(good);
    is_host.then(|| (host.to_ascii_lowercase(), port))
}

/// Refuses what could not be pushed to.
pub(super) fn fits(url: &str, allowed: &[String]) -> Result<Target, Refusal> {
    let no = |message| Refusal::invalid(vec![Blame::at("url", "url", message)]);
    let target = Target::read(url).ok_or_else(|| {
        no(said!(
            "接收地址应像 https://example.cn/notices，不带用户名、空格和 #"
                / "The address looks like https://example.cn/notices, without user, blanks or #"
        ))
    })?;
    if target.is_near() && !target.is_allowed(allowed) {
        return Err(no(said!(
            "接收地址不能是本机、内网或者保留的地址；确需推送到内网的，请运维人员在配置 push.allow 里放行 {}"
                / "The address may not be this machine, a private network or a reserved address; for a private one the operator allows {} in push.allow",
            target.place()
        )));
    }
    if !target.is_https && !target.is_allowed(allowed) {
        return Err(no(said!(
            "接收地址应以 https:// 开头；确需用 http 的，请运维人员在配置 push.allow 里放行 {}"
                / "The address begins with https://; for http the operator allows {} in push.allow",
            target.place()
        )));
    }
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart_and_odd_ones_refused() {
        let read = |url: &str| {
            Target::read(url).map(|target| format!("{} {}", target.place(), target.path))
        };
        for (url, is) in [
            ("https://Example.CN", "example.cn:443 /"),
            ("https://example.cn:8443/a?b=c", "example.cn:8443 /a?b=c"),
            ("http://example.cn?x=1", "example.cn:80 /?x=1"),
            ("https://[::1]:9/x", "[::1]:9 /x"),
        ] {
            assert_eq!(read(url).as_deref(), Some(is), "{url}");
        }
        for bad in [
            "",
            "example.cn",
            "ftp://example.cn",
            "https://",
            "https://u:p@example.cn",
            "https://example.cn:0/",
            "https://example.cn:x/",
            "https://a b.cn/",
            "https://例子.cn/",
            "https://example.cn/#a",
            "https://example.cn\\@b.cn/",
            "https://[::1/",
            "https://[x]/",
            "https://example.cn/\r\nHost: b",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn http_is_for_allowed_hosts_only() {
        let allowed = ["127.0.0.1:9000".to_owned()];
        assert!(fits("http://127.0.0.1:9000/x", &allowed).is_ok());
        assert!(fits("http://127.0.0.1:9001/x", &allowed).is_err());
        assert!(fits("https://example.cn/x", &[]).is_ok());
    }

    #[test]
    fn neighbours_are_refused_when_they_are_typed() {
        let allowed = ["10.1.2.3:443".to_owned()];
        for near in [
            "https://127.0.0.1/x",
            "https://10.1.2.3:8443/x",
            "https://192.168.1.9/",
            "https://169.254.169.254/latest",
            "https://[::1]/x",
            "https://[fd00::1]/x",
            "https://LOCALHOST/x",
            "https://a.localhost./x",
        ] {
            let no = fits(near, &allowed).unwrap_err();
            assert!(no.blames[0].message.zh.contains("push.allow"), "{near}");
        }
        assert!(fits("https://10.1.2.3/x", &allowed).is_ok());
        assert!(fits("https://223.5.5.5/x", &[]).is_ok());
    }
}
