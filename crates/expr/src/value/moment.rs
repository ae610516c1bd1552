//! Moments: microseconds since 1970 in UTC, read and shown with the offset of the bureau where asked.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use speech::said;

use super::ValueError;

/// All bureaus live by one clock; before 1992 it knew summer time, hence a zone and no fixed offset.
static BUREAU: LazyLock<TimeZone> = LazyLock::new(|| {
    TimeZone::get("Asia/Shanghai").expect("the zone table is part of the program")
});

/// UTC microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

impl Moment {
    pub fn from_timestamp(timestamp: Timestamp) -> Moment {
        Moment(timestamp.as_microsecond())
    }

    /// Moments outside the years -9999 to 9999 are cut to the nearest end.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }

    /// Date and time of day on the wall clock of the bureau.
    pub fn local(self) -> DateTime {
        BUREAU.to_datetime(self.timestamp())
    }

    /// The day on the calendar of the bureau.
    pub fn local_date(self) -> Date {
        self.local().date()
    }

    /// The wall clock of the bureau, to the moment; a time that summer time skipped is moved on.
    pub fn from_local(local: DateTime) -> Moment {
        let zoned = BUREAU.to_ambiguous_timestamp(local).compatible();
        Moment::from_timestamp(zoned.unwrap_or(Timestamp::MAX))
    }
}

/// RFC 3339 in UTC with microseconds: `2027-03-01T01:30:00.000000Z`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.timestamp())
    }
}

impl FromStr for Moment {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Moment, ValueError> {
        text.parse::<Timestamp>()
            .map(Moment::from_timestamp)
            .map_err(|_| ValueError {
                what: said!("时刻" / "a moment"),
                text: text.to_owned(),
                help: said!(
                    "请写成 2027-03-01T09:30:00+08:00 的样子"
                        / "please write it like 2027-03-01T09:30:00+08:00"
                ),
            })
    }
}
