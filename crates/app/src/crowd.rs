//! How often strangers may do what anybody may: counted by address for an hour, in memory only. What
//! is counted says nothing of a person, and is forgotten with the hour.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;

use kernel::{Moment, Refusal};
use speech::said;

use crate::{App, Error, Outcome};

const HOUR: i64 = 3_600_000_000;
/// Addresses that are remembered.
const REMEMBERED_MAX: usize = 20_000;
/// What all addresses together may, in multiples of what one may: many hands make no more work for
/// those who read it than an office can do.
const TOGETHER: u32 = 40;

/// What somebody does who has not signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Deed {
    /// Applies for an account.
    Enrol,
    /// Asks what is known of a code.
    LookUp,
    /// Asks where the own application stands.
    Standing,
    /// Comments on a matter.
    Comment,
}

impl Deed {
    /// How often an hour from one address. Several people of one office share one.
    fn an_hour(self) -> u32 {
        match self {
            Deed::Enrol => 10,
            Deed::LookUp => 60,
            Deed::Standing => 60,
            Deed::Comment => 20,
        }
    }
}

type Counts = HashMap<(Deed, Option<IpAddr>), (u32, Moment)>;

#[derive(Default)]
pub(crate) struct Crowd(Mutex<Counts>);

impl App {
    /// Counts a deed, or refuses it. Without an address (behind a proxy) only the sum counts.
    pub(crate) fn admit(&self, deed: Deed, from: Option<IpAddr>) -> Outcome<()> {
        let now = self.now();
        let crowd = self.inner.crowd.0.lock();
        let mut counts = crowd.map_err(|_| Error::Broken("the count of strangers"))?;
        counts.retain(|_, (_, since)| now.0 - since.0 < HOUR);
        let one = from.map(|address| ((deed, Some(network(address))), deed.an_hour()));
        let all = ((deed, None), deed.an_hour() * TOGETHER);
        let both: Vec<_> = one.into_iter().chain([all]).collect();
        for (key, most) in &both {
            if let Some((count, since)) = counts.get(key)
                && count >= most
            {
                return Err(wait(HOUR - (now.0 - since.0)).into());
            }
        }
        if counts.len() >= REMEMBERED_MAX {
            // Whoever comes with that many addresses is met by the sum.
            counts.retain(|(_, address), _| address.is_none());
        }
        for (key, _) in both {
            counts.entry(key).or_insert((0, now)).0 += 1;
        }
        Ok(())
    }
}

/// A house or office has a whole network of the newer addresses.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

fn wait(micros: i64) -> Refusal {
    let seconds = u32::try_from((micros + 999_999) / 1_000_000).unwrap_or(u32::MAX);
    let minutes = seconds.div_ceil(60);
    let message = said!(
        "这个网络一小时里提交得太多了，请 {minutes} 分钟后再试；急事请到办事窗口或者打电话"
            / "Too much was sent from this network within an hour; please try again in {minutes} minutes, or come to the service window or call"
    );
    Refusal::wait(seconds, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_the_newer_addresses_counts_as_one() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("203.0.113.1"), of("203.0.113.2"));
    }
}
