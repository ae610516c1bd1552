//! From what a session was opened, in coarse words only: enough for a person to know the own devices,
//! too little to follow anybody.

use std::net::IpAddr;

/// Kind of browser and system, and the network roughly. Empty where it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    pub browser: String,
    pub place: String,
}

/// Words of user agents and what they mean; the first that is found counts, so the special ones stand
/// before those that they pretend to be.
const BROWSERS: &[(&str, &str)] = &[
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ Browser"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: &[(&str, &str)] = &[
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

impl Device {
    pub fn of(agent: &str, address: Option<IpAddr>) -> Device {
        let word = |list: &[(&str, &'static str)]| {
            let found = list.iter().find(|(part, _)| agent.contains(part));
            found.map(|(_, word)| *word)
        };
        let words: Vec<&str> = [word(BROWSERS), word(SYSTEMS)]
            .into_iter()
            .flatten()
            .collect();
        Device {
            browser: words.join(" · "),
            place: address.map(network).unwrap_or_default(),
        }
    }

    pub(super) fn kept(&self) -> String {
        format!("{}|{}", self.browser, self.place)
    }

    pub(super) fn read(kept: &str) -> Device {
        let (browser, place) = kept.split_once('|').unwrap_or_default();
        Device {
            browser: browser.to_owned(),
            place: place.to_owned(),
        }
    }
}

/// The network and not the place in it: two numbers of IPv4, three groups of IPv6.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            format!("{a}.{b}.*.*")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:*")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_kind_of_device_and_the_network_are_kept() {
        let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.127 Safari/537.36";
        let address = "192.0.2.77".parse().ok();
        let device = Device::of(agent, address);
        assert_eq!(device.browser, "Chrome · Windows");
        assert_eq!(device.place, "192.0.*.*");
        assert_eq!(Device::read(&device.kept()), device);
        let agent = "Mozilla/5.0 (Linux; Android 14; 12345) Chrome/126 Mobile Safari/537.36 MicroMessenger/8";
        let device = Device::of(agent, "2001:db8:1:2::3".parse().ok());
        assert_eq!(device.browser, "WeChat · Android");
        assert_eq!(device.place, "2001:db8:1:*");
        assert_eq!(Device::of("curl|x", None), Device::default());
    }
}
