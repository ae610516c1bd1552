//! A running clock of law: when it started, under which limit, when it stood still, whether it was extended.

use jiff::Timestamp;
use thiserror::Error;

use crate::{Calendar, Limit, Reason, Reckoning};

/// Longer pauses are slips of the keyboard.
const PAUSE_DAYS_MAX: i64 = 36_525;
const PAUSES_MAX: usize = 1_000;
const DAY_SECONDS: i64 = 86_400;

/// Time that is not counted: from the day the written notice is sent to the day the result or the
/// material arrives, which counts again (half-open; 行政许可法 45).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    pub from: Timestamp,
    /// None while the clock stands still.
    pub until: Option<Timestamp>,
    pub reason: Reason,
}

/// A limit made longer by the head of the organ, once (行政许可法 42).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// In the unit of the limit.
    pub count: u32,
    pub granted: Timestamp,
    /// Who signed it.
    pub by: String,
    /// Told to the applicant.
    pub reason: String,
}

/// One clock. What it was told is kept; when it ends is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    pub(crate) started: Timestamp,
    pub(crate) limit: Limit,
    pub(crate) pauses: Vec<Pause>,
    pub(crate) extension: Option<Extension>,
}

/// Why a clock may not be paused, resumed or extended so.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClockError {
    #[error("期限已经中止，先恢复才能再次中止")]
    Stopped,
    #[error("期限没有中止，不能恢复")]
    NotStopped,
    #[error("中止不能早于期限开始或上一次恢复")]
    PauseTooEarly,
    #[error("恢复不能早于中止")]
    ResumeTooEarly,
    #[error("一次中止不能超过一百年")]
    PauseTooLong,
    #[error("一个期限最多中止 {PAUSES_MAX} 次")]
    TooManyPauses,
    #[error("期限只能延长一次")]
    ExtendedTwice,
    #[error("延长应在期限届满之前决定")]
    ExtendedTooLate,
    #[error("延长应有期限、决定人和理由，且不早于期限开始")]
    ExtensionIncomplete,
}

impl Clock {
    /// A clock that runs from this moment; to the microsecond, as all moments of the house.
    pub fn start(started: Timestamp, limit: Limit) -> Clock {
        Clock {
            started: whole(started),
            limit,
            pauses: Vec::new(),
            extension: None,
        }
    }

    /// A clock as it was kept. Whether the extension came in time was asked when it was granted.
    pub fn restore(
        started: Timestamp,
        limit: Limit,
        pauses: Vec<Pause>,
        extension: Option<Extension>,
    ) -> Result<Clock, ClockError> {
        let mut clock = Clock::start(started, limit);
        for Pause {
            from,
            until,
            reason,
        } in pauses
        {
            clock.pause(from, reason)?;
            if let Some(until) = until {
                clock.resume(until)?;
            }
        }
        if let Some(extension) = extension {
            clock.put_extension(extension)?;
        }
        Ok(clock)
    }

    pub fn started(&self) -> Timestamp {
        self.started
    }

    pub fn limit(&self) -> Limit {
        self.limit
    }

    pub fn pauses(&self) -> &[Pause] {
        &self.pauses
    }

    pub fn extension(&self) -> Option<&Extension> {
        self.extension.as_ref()
    }

    /// Whether it stands still now.
    pub fn is_stopped(&self) -> bool {
        self.pauses.last().is_some_and(|last| last.until.is_none())
    }

    /// Stands still from the moment the written notice was sent.
    pub fn pause(&mut self, from: Timestamp, reason: Reason) -> Result<(), ClockError> {
        let from = whole(from);
        let earliest = match self.pauses.last() {
            Some(Pause { until: None, .. }) => return Err(ClockError::Stopped),
            Some(Pause { until: Some(u), .. }) => *u,
            None => self.started,
        };
        if from < earliest {
            return Err(ClockError::PauseTooEarly);
        }
        if self.pauses.len() >= PAUSES_MAX {
            return Err(ClockError::TooManyPauses);
        }
        self.pauses.push(Pause {
            from,
            until: None,
            reason,
        });
        Ok(())
    }

    /// Runs again from the moment the result or the material arrived.
    pub fn resume(&mut self, until: Timestamp) -> Result<(), ClockError> {
        let until = whole(until);
        let open = self.pauses.last_mut().filter(|last| last.until.is_none());
        let pause = open.ok_or(ClockError::NotStopped)?;
        let length = until.duration_since(pause.from);
        if length.is_negative() {
            return Err(ClockError::ResumeTooEarly);
        }
        if length.as_secs() > PAUSE_DAYS_MAX * DAY_SECONDS {
            return Err(ClockError::PauseTooLong);
        }
        pause.until = Some(until);
        Ok(())
    }

    /// Makes the limit longer: once, and before the first deadline.
    pub fn extend(&mut self, extension: Extension, calendar: &Calendar) -> Result<(), ClockError> {
        if let Reckoning::Due(due) = self.due(calendar)
            && extension.granted >= due.moment
        {
            return Err(match self.extension {
                Some(_) => ClockError::ExtendedTwice,
                None => ClockError::ExtendedTooLate,
            });
        }
        self.put_extension(extension)
    }

    fn put_extension(&mut self, extension: Extension) -> Result<(), ClockError> {
        if self.extension.is_some() {
            return Err(ClockError::ExtendedTwice);
        }
        let said = !extension.by.trim().is_empty() && !extension.reason.trim().is_empty();
        let fits = (1..=self.limit.unit().count_max()).contains(&extension.count);
        if !said || !fits || extension.granted < self.started {
            return Err(ClockError::ExtensionIncomplete);
        }
        self.extension = Some(extension);
        Ok(())
    }

    /// The limit with its extension, in its unit.
    pub fn count(&self) -> u32 {
        self.limit.count()
            + self
                .extension
                .as_ref()
                .map_or(0, |extension| extension.count)
    }
}

/// Cut to the microsecond.
fn whole(moment: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(moment.as_microsecond()).unwrap_or(moment)
}
