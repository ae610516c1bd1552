//! What is taken from a request before anything is read from the store.

use std::net::{IpAddr, SocketAddr};

use app::Device;
use axum::extract::{ConnectInfo, Request};
use http::Method;

use crate::door::Door;
use crate::door::cookies::{self, Name};
use crate::pairs::Pairs;

/// What is taken from a request before anything is read from the store.
#[derive(Clone, Debug)]
pub struct Asked {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Pairs,
    pub(super) token: Option<String>,
    pub(super) form: Option<String>,
    pub(super) look: Option<String>,
    pub(super) lang: Option<String>,
    /// `Sec-Fetch-Site`, where the browser says it.
    pub(super) site: Option<String>,
    /// `Origin`: under which address the browser knows this site.
    pub(super) origin: Option<String>,
    pub(super) trace: Option<String>,
    /// Cookie between the password and the code.
    pub(super) step: Option<String>,
    pub(super) device: Device,
    /// Whence the request comes, where that says something.
    pub(super) from: Option<IpAddr>,
}

impl Asked {
    pub fn of(door: &Door, request: &Request) -> Asked {
        let safety = door.settings.cookies;
        let headers = request.headers();
        let cookie = |name| cookies::read(headers, safety, name);
        let header = |name: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let agent = header("user-agent").unwrap_or_default();
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(from)| from.ip());
        let address = match peer.filter(IpAddr::is_loopback) {
            // The proxy before us says whose address it saw; what stands left of that was sent to it.
            Some(_) => header("x-forwarded-for").and_then(|list| last_address(&list)),
            None => peer,
        };
        Asked {
            step: cookie(Name::Step),
            device: Device::of(&agent, address),
            from: address,
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: Pairs::parse(request.uri().query().unwrap_or_default()),
            token: cookie(Name::Session),
            form: cookie(Name::Form),
            look: cookie(Name::Look),
            lang: cookie(Name::Lang),
            site: header("sec-fetch-site"),
            origin: header("origin").filter(|origin| origin.starts_with("http")),
            trace: header("x-request-id").filter(|id| id.len() <= 64),
        }
    }
}

/// The last address of `X-Forwarded-For`, which the nearest proxy has put there.
fn last_address(list: &str) -> Option<IpAddr> {
    let last = list.rsplit(',').next()?.trim();
    let address: IpAddr = last.parse().ok()?;
    (!address.is_loopback()).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::last_address;

    #[test]
    fn only_what_the_nearest_proxy_saw_is_believed() {
        let of = |list| last_address(list).map(|ip| ip.to_string());
        assert_eq!(of("198.51.100.9, 192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(of("2001:db8::1").as_deref(), Some("2001:db8::1"));
        assert_eq!(of("192.0.2.7, 127.0.0.1"), None);
        assert_eq!(of("unknown"), None);
    }
}
