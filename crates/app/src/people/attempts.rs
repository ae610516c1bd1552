//! Failed attempts: how many, and how long a login waits after them. They are kept in the store, so that
//! no restart forgives them, and counted by login and by whence they come, so that nobody locks another
//! out by typing nonsense at his login (GB/T 22239-2019 8.1.4.1 b).

use std::net::IpAddr;

use kernel::{Moment, Refusal};
use store::Tried;

use speech::said;

use super::MINUTE;
use crate::{App, Outcome};

/// A login is no longer than the definition allows; what is longer counts by its beginning.
const LOGIN_BYTES_MAX: usize = 160;
/// Whence somebody has come in lately, he is known: what strangers type elsewhere does not make him wait.
const KNOWN_DAYS: i64 = 90;
/// Failures from everywhere count for so long after the last of them.
const TOGETHER_HOURS: i64 = 24;
/// What is older is forgotten, places that were known too.
pub(crate) const ATTEMPTS_KEPT_DAYS: i64 = 180;
const HOUR: i64 = 60 * MINUTE;

/// Whence somebody tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whence {
    /// From outside, at the sign-in page.
    Address(Option<IpAddr>),
    /// Within what a right password or a session has opened: codes, proofs, the old password.
    Inside,
    /// Within what a bearer token has opened: a program that guesses makes no person wait.
    Token,
}

impl Whence {
    /// One address of IPv4; of IPv6 the network that one subscriber is given.
    fn place(self) -> String {
        match self {
            Whence::Inside => "inside".to_owned(),
            Whence::Token => "token".to_owned(),
            Whence::Address(None) => "unknown".to_owned(),
            Whence::Address(Some(address)) => match address.to_canonical() {
                IpAddr::V4(v4) => v4.to_string(),
                IpAddr::V6(v6) => {
                    let [a, b, c, d, ..] = v6.segments();
                    format!("{a:x}:{b:x}:{c:x}:{d:x}::")
                }
            },
        }
    }
}

/// After so many failures a login waits; each further round of them doubles the wait, to a bound.
/// Between the rounds it may try: whoever mistyped five times is not punished for the sixth.
#[derive(Clone, Copy, Debug)]
struct Patience {
    failures: u32,
    minutes: i64,
    minutes_max: i64,
}

impl Patience {
    /// When a login that failed so often may try again.
    fn waits_until(self, count: u32, last: Moment) -> Moment {
        if count == 0 || !count.is_multiple_of(self.failures) {
            return last;
        }
        let doublings = (count / self.failures - 1).min(20);
        let minutes = (self.minutes << doublings).min(self.minutes_max);
        Moment(last.0 + minutes * MINUTE)
    }
}

/// The patience with one place, and with all places together.
#[derive(Clone, Copy, Debug)]
struct Judge {
    here: Patience,
    together: Patience,
    whence: Whence,
    now: Moment,
}

impl Judge {
    /// Until when the login must wait; nothing when it may try.
    fn waits(self, here: Tried, all: Tried) -> Option<Moment> {
        let mut free = self.here.waits_until(here.count, here.last);
        let known = self.now.0 - here.good.0 < KNOWN_DAYS * 24 * HOUR && here.good.0 > 0;
        let counts = self.now.0 - all.last.0 < TOGETHER_HOURS * HOUR;
        let outside = matches!(self.whence, Whence::Address(_));
        if outside && !known && counts && all.count >= self.together.failures {
            // Strangers are let in one at a time: each further failure is a whole round.
            let rounds = all.count - all.count % self.together.failures;
            free = free.max(self.together.waits_until(rounds, all.last));
        }
        (self.now < free).then_some(free)
    }
}

impl App {
    /// Counts an attempt, or refuses it while the login waits.
    pub(crate) fn attempt(&self, login: &str, whence: Whence, now: Moment) -> Outcome<()> {
        let judge = self.judge(whence, now)?;
        let trial = self.store().trial(short(login), &whence.place());
        let waits = self
            .store()
            .try_attempt(trial, now, move |here, all| judge.waits(here, all))?;
        waits.map_or(Ok(()), |until| Err(wait(until, now).into()))
    }

    /// Refuses while the login waits there, and counts nothing.
    pub(super) fn not_waiting(&self, login: &str, whence: Whence, now: Moment) -> Outcome<()> {
        let judge = self.judge(whence, now)?;
        let trial = self.store().trial(short(login), &whence.place());
        let here = self.store().tried(trial)?;
        match judge.waits(here, Tried::default()) {
            Some(until) => Err(wait(until, now).into()),
            None => Ok(()),
        }
    }

    /// Takes back the last attempt: it did not fail, and yet those before it still count.
    pub(crate) fn forgive(&self, login: &str, whence: Whence) -> Outcome<()> {
        let trial = self.store().trial(short(login), &whence.place());
        Ok(self.store().forgive_attempt(trial)?)
    }

    /// The person was the one: what failed before is forgotten.
    pub(crate) fn calm(&self, login: &str, whence: Whence) -> Outcome<()> {
        let trial = self.store().trial(short(login), &whence.place());
        Ok(self.store().calm_attempts(trial, self.now())?)
    }

    /// Lets a login try again at once, from everywhere.
    pub(crate) fn clear_attempts(&self, login: &str) -> Outcome<()> {
        Ok(self.store().clear_attempts(short(login))?)
    }

    fn judge(&self, whence: Whence, now: Moment) -> Outcome<Judge> {
        let rules = self.rules();
        let patience = |failures: i64| -> Outcome<Patience> {
            Ok(Patience {
                failures: u32::try_from(failures).unwrap_or(1).max(1),
                minutes: rules.number("lock_minutes")?,
                minutes_max: rules.number("lock_minutes_max")?,
            })
        };
        Ok(Judge {
            here: patience(rules.number("lock_failures")?)?,
            together: patience(rules.number("lock_together")?)?,
            whence,
            now,
        })
    }
}

fn wait(until: Moment, now: Moment) -> Refusal {
    let minutes = (until.0 - now.0 + MINUTE - 1) / MINUTE;
    // Rounded up: who comes back after so many seconds is let in.
    let seconds = (until.0 - now.0 + 999_999) / 1_000_000;
    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
    let message = said!(
        "连续输错次数太多，请 {minutes} 分钟后再试；急用请找安全管理员解除登录限制"
            / "Too many wrong attempts; please try again in {minutes} minutes, or ask the security administrator to lift the wait"
    );
    Refusal::wait(seconds, message)
}

fn short(login: &str) -> &str {
    let end = (0..=LOGIN_BYTES_MAX.min(login.len()))
        .rev()
        .find(|end| login.is_char_boundary(*end));
    &login[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patience(failures: u32) -> Patience {
        Patience {
            failures,
            minutes: 15,
            minutes_max: 100,
        }
    }

    #[test]
    fn waits_double_to_a_bound() {
        let minutes = |count| patience(5).waits_until(count, Moment(0)).0 / MINUTE;
        let waits: Vec<i64> = [0, 4, 5, 6, 10, 15, 20, u32::MAX].map(minutes).to_vec();
        assert_eq!(waits, [0, 0, 15, 0, 30, 60, 100, 100]);
    }

    #[test]
    fn what_strangers_type_makes_strangers_wait_and_not_whoever_is_known() {
        let now = Moment(1_000 * HOUR);
        let judge = Judge {
            here: patience(5),
            together: patience(50),
            whence: Whence::Address(None),
            now,
        };
        let all = Tried {
            count: 57,
            last: now,
            ..Tried::default()
        };
        let minutes = |until: Option<Moment>| until.map(|until| (until.0 - now.0) / MINUTE);
        assert_eq!(minutes(judge.waits(Tried::default(), all)), Some(15));
        let known = Tried {
            good: Moment(now.0 - HOUR),
            ..Tried::default()
        };
        assert_eq!(judge.waits(known, all), None);
        let long_ago = Tried {
            good: Moment(now.0 - 91 * 24 * HOUR),
            ..Tried::default()
        };
        assert_eq!(minutes(judge.waits(long_ago, all)), Some(15));
        let inside = Judge {
            whence: Whence::Inside,
            ..judge
        };
        assert_eq!(inside.waits(Tried::default(), all), None);
        let yesterday = Tried {
            last: Moment(now.0 - 24 * HOUR),
            ..all
        };
        assert_eq!(judge.waits(Tried::default(), yesterday), None);
    }

    #[test]
    fn a_subscriber_is_one_place() {
        let place = |text: &str| Whence::Address(text.parse().ok()).place();
        assert_eq!(place("2001:db8:1:2::3"), place("2001:db8:1:2:ffff::9"));
        assert_ne!(place("2001:db8:1:2::3"), place("2001:db8:1:3::3"));
        assert_eq!(place("::ffff:192.0.2.7"), place("192.0.2.7"));
        assert_ne!(place("192.0.2.7"), place("192.0.2.8"));
    }
}
