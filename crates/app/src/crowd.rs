//! How often strangers may do what anybody may: counted by address and by network for an hour, or about one
//! thing for a day, in memory only. What is counted says nothing of a person, and is forgotten with the time.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Mutex;

use kernel::{Moment, Reason, Refusal};
use speech::{Said, said};

use crate::{App, Error, Outcome};

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Counts that are remembered.
const REMEMBERED_MAX: usize = 50_000;
/// What a network may, in multiples of what one of its addresses may.
const NETWORK: u32 = 5;
/// From so many times what one address may, an hour is busy: each network then has little, so that those who
/// come from many addresses leave room for whoever comes from one more.
const BUSY: u32 = 40;
/// The part of its allowance that a network has in a busy hour, and the least it is left with.
const BUSY_PART: u32 = 10;
const BUSY_MIN: u32 = 3;
/// What all may together: what this machine and those who read it can do at all.
const TOGETHER: u32 = 1_000;

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

    /// How often an hour from one network, when many come at once.
    fn when_busy(self) -> u32 {
        (self.an_hour() / BUSY_PART).max(BUSY_MIN)
    }
}

/// How much of one thing may wait, and how much of it comes from one place in a day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Queue {
    pub address: u32,
    pub network: u32,
    /// From so much on each network adds one a day, so that those who have not spoken still can.
    pub long: usize,
    /// The end of it.
    pub full: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    All(Deed),
    Address(Deed, IpAddr),
    Network(Deed, IpAddr),
    /// About one thing: a matter, a code.
    AddressAbout(Deed, String, IpAddr),
    NetworkAbout(Deed, String, IpAddr),
}

impl Key {
    fn span(&self) -> i64 {
        match self {
            Key::All(_) | Key::Address(..) | Key::Network(..) => HOUR,
            Key::AddressAbout(..) | Key::NetworkAbout(..) => DAY,
        }
    }

    fn is_of_all(&self) -> bool {
        matches!(self, Key::All(_))
    }
}

#[derive(Default)]
pub(crate) struct Crowd(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    counts: HashMap<Key, (u32, Moment)>,
    swept: i64,
}

/// A place in a queue that was taken; it is given back when nothing came of it.
#[must_use]
pub(crate) struct Seat(Vec<Key>);

impl App {
    /// Counts a deed, or refuses it. Those of whom no address is known (this machine, a proxy that does not
    /// tell) are one place together, which has what a network has.
    pub(crate) fn admit(&self, deed: Deed, from: Option<IpAddr>) -> Outcome<()> {
        let now = self.now();
        let mut counts = self.crowd()?;
        counts.sweep(now);
        let all = (Key::All(deed), deed.an_hour() * TOGETHER);
        let busy = counts.count(&all.0, now) >= deed.an_hour() * BUSY;
        let network_most = match busy {
            true => deed.when_busy(),
            false => deed.an_hour() * NETWORK,
        };
        let from = Place::of(from);
        let address_most = match from.is_known {
            true => deed.an_hour(),
            false => network_most,
        };
        let keys = [
            all,
            (Key::Address(deed, from.address), address_most),
            (Key::Network(deed, from.network), network_most),
        ];
        match counts.take(&keys, now) {
            Ok(()) => Ok(()),
            Err(left) => Err(too_much(left).into()),
        }
    }

    /// Takes a place for one more about a thing of which so many wait, or refuses it with the words for a
    /// queue that is full.
    pub(crate) fn take_seat(
        &self,
        (deed, about): (Deed, &str),
        from: Option<IpAddr>,
        (queue, waiting): (Queue, usize),
        full: Said,
    ) -> Outcome<Seat> {
        if waiting >= queue.full {
            return Err(Refusal::new(Reason::Conflict, full).into());
        }
        let from = Place::of(from);
        let now = self.now();
        let mut counts = self.crowd()?;
        counts.sweep(now);
        let network_most = match waiting >= queue.long {
            true => 1,
            false => queue.network,
        };
        let address_most = match from.is_known {
            true => queue.address,
            false => network_most,
        };
        let about = about.to_owned();
        let keys = [
            (
                Key::AddressAbout(deed, about.clone(), from.address),
                address_most,
            ),
            (Key::NetworkAbout(deed, about, from.network), network_most),
        ];
        match counts.take(&keys, now) {
            Ok(()) => Ok(Seat(keys.map(|(key, _)| key).into())),
            Err(left) => Err(enough_of_it(left).into()),
        }
    }

    /// Nothing came of it.
    pub(crate) fn leave_seat(&self, seat: Seat) -> Outcome<()> {
        let mut counts = self.crowd()?;
        for key in seat.0 {
            if let Some((count, _)) = counts.counts.get_mut(&key) {
                *count = count.saturating_sub(1);
            }
        }
        Ok(())
    }

    fn crowd(&self) -> Outcome<std::sync::MutexGuard<'_, Counts>> {
        let crowd = self.inner.crowd.0.lock();
        Ok(crowd.map_err(|_| Error::Broken("the count of strangers"))?)
    }
}

impl Counts {
    /// Forgets what is over, once a minute.
    fn sweep(&mut self, now: Moment) {
        if (0..MINUTE).contains(&(now.0 - self.swept)) {
            return;
        }
        self.swept = now.0;
        self.counts
            .retain(|key, (_, since)| now.0 - since.0 < key.span());
    }

    fn count(&self, key: &Key, now: Moment) -> u32 {
        match self.counts.get(key) {
            Some((count, since)) if now.0 - since.0 < key.span() => *count,
            _ => 0,
        }
    }

    /// Counts one more of each, or none of them and says how long is left.
    fn take(&mut self, keys: &[(Key, u32)], now: Moment) -> Result<(), i64> {
        for (key, most) in keys {
            if self.count(key, now) >= *most {
                let since = self.counts.get(key).map_or(now, |(_, since)| *since);
                return Err(key.span() - (now.0 - since.0));
            }
        }
        if self.counts.len() >= REMEMBERED_MAX {
            // Whoever comes with that many addresses is met by the sum.
            self.counts.retain(|key, _| key.is_of_all());
        }
        for (key, _) in keys {
            let counted = self.count(key, now);
            let since = match counted {
                0 => now,
                _ => self.counts.get(key).map_or(now, |(_, since)| *since),
            };
            self.counts.insert(key.clone(), (counted + 1, since));
        }
        Ok(())
    }
}

/// Whence somebody comes, as it is counted.
struct Place {
    address: IpAddr,
    network: IpAddr,
    is_known: bool,
}

impl Place {
    fn of(from: Option<IpAddr>) -> Place {
        // What this machine itself sends says as little as a proxy that names nobody.
        let from = from.filter(|from| !from.to_canonical().is_loopback());
        let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let is_known = from.is_some();
        let from = from.unwrap_or(nobody);
        Place {
            address: address(from),
            network: network(from),
            is_known,
        }
    }
}

/// One address of IPv4; of the newer ones the part that one house or office is given.
fn address(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V4(four) => IpAddr::V4(four),
        IpAddr::V6(six) => IpAddr::V6(first(six, 4)),
    }
}

/// What one provider hands out cheaply by the hundred: a /24, of the newer addresses a /48.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V4(four) => {
            let [a, b, c, _] = four.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(six) => IpAddr::V6(first(six, 3)),
    }
}

fn first(six: Ipv6Addr, groups: usize) -> Ipv6Addr {
    let mut segments = six.segments();
    segments
        .iter_mut()
        .skip(groups)
        .for_each(|group| *group = 0);
    Ipv6Addr::from(segments)
}

fn seconds(micros: i64) -> u32 {
    u32::try_from((micros + 999_999) / 1_000_000).unwrap_or(u32::MAX)
}

fn too_much(micros: i64) -> Refusal {
    let seconds = seconds(micros);
    let minutes = seconds.div_ceil(60);
    let message = said!(
        "这个网络一小时里提交得太多了，请 {minutes} 分钟后再试；急事请到办事窗口或者打电话"
            / "Too much was sent from this network within an hour; please try again in {minutes} minutes, or come to the service window or call"
    );
    Refusal::wait(seconds, message)
}

fn enough_of_it(micros: i64) -> Refusal {
    let seconds = seconds(micros);
    let hours = seconds.div_ceil(3_600);
    let message = said!(
        "这个网络一天里就这一件提交得够多了，请 {hours} 小时后再来；急事请到办事窗口或者打电话"
            / "Enough was sent about this from this network today; please come back in {hours} hours, or come to the service window or call"
    );
    Refusal::wait(seconds, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_house_of_the_newer_addresses_counts_as_one_and_a_provider_as_a_network() {
        let house = |text: &str| address(ip(text));
        assert_eq!(house("2001:db8:1:2:3::4"), house("2001:db8:1:2:ffff::1"));
        assert_ne!(house("2001:db8:1:2::1"), house("2001:db8:1:3::1"));
        assert_ne!(house("203.0.113.1"), house("203.0.113.2"));
        assert_eq!(house("::ffff:203.0.113.1"), house("203.0.113.1"));
        let near = |text: &str| network(ip(text));
        assert_eq!(near("2001:db8:1:2::1"), near("2001:db8:1:3::1"));
        assert_ne!(near("2001:db8:1::1"), near("2001:db8:2::1"));
        assert_eq!(near("203.0.113.1"), near("203.0.113.250"));
        assert_ne!(near("203.0.113.1"), near("203.0.114.1"));
    }

    #[test]
    fn what_is_counted_is_forgotten_with_its_time() {
        let mut counts = Counts::default();
        let keys = [(Key::All(Deed::Enrol), 1)];
        let at = |minutes: i64| Moment(DAY + minutes * MINUTE);
        assert_eq!(counts.take(&keys, at(0)), Ok(()));
        assert_eq!(counts.take(&keys, at(20)), Err(40 * MINUTE));
        assert_eq!(counts.take(&keys, at(60)), Ok(()));
        assert_eq!(counts.take(&keys, at(61)), Err(59 * MINUTE));
        counts.sweep(at(200));
        assert!(counts.counts.is_empty());
    }
}
