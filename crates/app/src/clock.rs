//! Where the clock, ids and chance come in; nothing below takes any by itself.

use std::sync::atomic::{AtomicI64, Ordering};

use kernel::Moment;

/// Gives the present moment.
pub trait Clock: Send + Sync {
    fn now(&self) -> Moment;
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment::from_timestamp(jiff::Timestamp::now())
    }
}

/// A clock that stands still until it is moved: for tests and for the generator.
pub struct FixedClock(AtomicI64);

impl FixedClock {
    pub fn new(moment: Moment) -> FixedClock {
        FixedClock(AtomicI64::new(moment.0))
    }

    pub fn set(&self, moment: Moment) {
        self.0.store(moment.0, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

/// Random bytes for tokens and salts.
pub(crate) fn chance<const N: usize>() -> Result<[u8; N], crate::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| crate::Error::Chance)?;
    Ok(bytes)
}
