//! One year's holidays and make-up working days, as the State Council publishes them.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use crate::{Fault, text};

/// A holiday's name in both languages; cheap to hand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub chinese: Arc<str>,
    pub english: Arc<str>,
}

/// One holiday of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    pub name: Name,
    /// Days off: statutory days, swapped days and the weekends between.
    pub off: Vec<Date>,
    /// Those of them that are statutory (全国年节及纪念日放假办法).
    pub law: Vec<Date>,
    /// Weekends worked instead (调休).
    pub work: Vec<Date>,
}

/// The notice for one year. Built only by [`crate::parse`], which checks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    pub(crate) number: i16,
    pub(crate) published: Date,
    pub(crate) source: String,
    pub(crate) workdays: Option<u32>,
    pub(crate) holidays: Vec<Holiday>,
}

impl Year {
    pub fn number(&self) -> i16 {
        self.number
    }

    /// The day of the notice.
    pub fn published(&self) -> Date {
        self.published
    }

    /// The title of the notice.
    pub fn source(&self) -> &str {
        &self.source
    }

    pub fn holidays(&self) -> &[Holiday] {
        &self.holidays
    }

    /// One year from its text.
    pub fn parse(text: &str) -> Result<Year, Vec<Fault>> {
        text::parse_one(text)
    }
}

/// In the format of `data/years.txt`, to be read again.
impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(self, f)
    }
}
