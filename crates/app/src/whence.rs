//! Whence a request comes, as far as that says something.

use std::net::IpAddr;

/// The address of who asks. Of a peer on this machine, which is a proxy, what it says in `X-Forwarded-For`.
pub fn whence(peer: Option<IpAddr>, forwarded: Option<&str>) -> Option<IpAddr> {
    match peer.filter(|peer| peer.to_canonical().is_loopback()) {
        // The proxy before us says whose address it saw; what stands left of that was sent to it.
        Some(_) => forwarded.and_then(last_address),
        None => peer,
    }
}

/// The last address of `X-Forwarded-For`, which the nearest proxy has put there.
fn last_address(list: &str) -> Option<IpAddr> {
    let last = list.rsplit(',').next()?.trim();
    let address: IpAddr = last.parse().ok()?;
    (!address.to_canonical().is_loopback()).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_nearest_proxy_saw_is_believed() {
        let of = |list| last_address(list).map(|ip| ip.to_string());
        assert_eq!(of("198.51.100.9, 192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(of("2001:db8::1").as_deref(), Some("2001:db8::1"));
        assert_eq!(of("192.0.2.7, 127.0.0.1"), None);
        assert_eq!(of("unknown"), None);
    }

    #[test]
    fn only_this_machine_is_asked_for_whom_it_speaks() {
        let ip = |text: &str| text.parse::<IpAddr>().ok();
        let said = Some("192.0.2.7");
        assert_eq!(whence(ip("127.0.0.1"), said), ip("192.0.2.7"));
        assert_eq!(whence(ip("::1"), None), None);
        assert_eq!(whence(ip("203.0.113.9"), said), ip("203.0.113.9"));
    }
}
