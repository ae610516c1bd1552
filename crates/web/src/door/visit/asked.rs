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
        let address = app::whence(peer, header("x-forwarded-for").as_deref());
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
