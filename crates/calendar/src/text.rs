//! The text of year calendars: what comes with the program and what an operator imports.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use jiff::civil::{Date, date};

use crate::year::{Holiday, Name, Year};
use crate::{Calendar, Fault, Version, What};

const YEAR_MIN: i16 = 1949;
const YEAR_MAX: i16 = 2199;
/// The longest stretch of days off; the longest holiday so far had nine.
const STRETCH_DAYS_MAX: usize = 31;
const LINES_MAX: usize = 4_000;

/// All years of a text, or everything that is wrong with it.
pub fn parse(text: &str) -> Result<Vec<Year>, Vec<Fault>> {
    let mut reader = Reader::default();
    for (at, line) in text.lines().enumerate() {
        let line_no = at + 1;
        if line_no > LINES_MAX {
            reader.faults.push(What::TooLong(LINES_MAX).at(line_no));
            break;
        }
        let line = line.trim_start_matches('\u{feff}').trim();
        if !line.is_empty() && !line.starts_with('#') {
            reader.line(line_no, line);
        }
    }
    reader.finish_year();
    if reader.faults.is_empty() {
        Ok(reader.years)
    } else {
        reader.faults.sort_by_key(|fault| fault.line);
        Err(reader.faults)
    }
}

pub(crate) fn parse_one(text: &str) -> Result<Year, Vec<Fault>> {
    let years = parse(text)?;
    let count = years.len();
    let one: Result<[Year; 1], _> = years.try_into();
    one.map(|[year]| year)
        .map_err(|_| vec![What::NotOneYear(count).at(1)])
}

#[derive(Default)]
struct Reader {
    years: Vec<Year>,
    /// The year being read and the line it began on.
    open: Option<(usize, Year)>,
    /// Days that the open year has named.
    named: BTreeSet<Date>,
    faults: Vec<Fault>,
}

impl Reader {
    fn line(&mut self, at: usize, line: &str) {
        let mut columns = Columns::read(line);
        let read = match columns.first_key {
            "year" => self.year(at, &mut columns),
            "holiday" => self.holiday(at, &mut columns),
            _ => Err(What::UnknownLine),
        };
        match read.and_then(|()| columns.nothing_left()) {
            Ok(()) => {}
            Err(what) => self.faults.push(what.at(at)),
        }
    }

    fn year(&mut self, at: usize, columns: &mut Columns<'_>) -> Result<(), What> {
        self.finish_year();
        let text = columns.need("year")?;
        let number = text.parse().ok();
        let number = number.filter(|number| (YEAR_MIN..=YEAR_MAX).contains(number));
        let number = number.ok_or_else(|| What::BadYear(text.to_owned()))?;
        let repeated = self.years.iter().any(|year| year.number == number);
        // Opened before the other columns are read, so that one fault does not condemn the holidays.
        let year = Year {
            number,
            published: date(number, 1, 1),
            source: String::new(),
            workdays: None,
            holidays: Vec::new(),
        };
        let (_, year) = self.open.insert((at, year));
        let published = columns.need("published")?;
        let day = published.parse();
        year.published = day.map_err(|_| What::BadDates(published.to_owned()))?;
        year.source = columns.need("source")?.to_owned();
        if let Some(count) = columns.take("workdays") {
            let number = count.parse();
            year.workdays = Some(number.map_err(|_| What::BadCount(count.to_owned()))?);
        }
        if repeated {
            return Err(What::RepeatedYear(number));
        }
        Ok(())
    }

    fn holiday(&mut self, at: usize, columns: &mut Columns<'_>) -> Result<(), What> {
        let chinese: Arc<str> = columns.need("holiday")?.into();
        let english = columns.take("en").map_or(chinese.clone(), Arc::from);
        let holiday = Holiday {
            name: Name { chinese, english },
            off: days(columns.need("off")?)?,
            law: days(columns.take("law").unwrap_or_default())?,
            work: days(columns.take("work").unwrap_or_default())?,
        };
        let Some((_, year)) = &mut self.open else {
            return Err(What::HolidayBeforeYear);
        };
        for what in flaws(&holiday, year.number, &mut self.named) {
            self.faults.push(what.at(at));
        }
        year.holidays.push(holiday);
        Ok(())
    }

    fn finish_year(&mut self) {
        self.named.clear();
        let Some((at, year)) = self.open.take() else {
            return;
        };
        let written = year.workdays.filter(|_| self.faults.is_empty());
        if let (Some(written), Ok(alone)) = (
            written,
            Calendar::new(Version::default(), vec![year.clone()]),
        ) {
            let (from, to) = (date(year.number, 1, 1), date(year.number + 1, 1, 1));
            let counted = u32::try_from(alone.workdays_between(from, to)).unwrap_or(0);
            if counted != written {
                self.faults
                    .push(What::WrongCount { written, counted }.at(at));
            }
        }
        self.years.push(year);
    }
}

fn flaws(holiday: &Holiday, year: i16, named: &mut BTreeSet<Date>) -> Vec<What> {
    let mut flaws = Vec::new();
    for day in holiday.off.iter().chain(&holiday.work) {
        if !belongs(*day, year) {
            flaws.push(What::OutsideYear { day: *day, year });
        } else if !named.insert(*day) {
            flaws.push(What::RepeatedDay(*day));
        }
    }
    let stray = holiday.law.iter().find(|day| !holiday.off.contains(day));
    flaws.extend(stray.map(|day| What::LawNotOff(*day)));
    let idle = |day: &&Date| !crate::day::is_weekend(crate::day::number(**day));
    flaws.extend(
        holiday
            .work
            .iter()
            .find(idle)
            .map(|day| What::WorkNotWeekend(*day)),
    );
    flaws
}

/// New Year may begin in the December before (2018-12-29 was worked by the notice for 2019).
fn belongs(day: Date, year: i16) -> bool {
    let december_before = day.year() == year - 1 && day.month() == 12;
    let january_after = day.year() == year + 1 && day.month() == 1;
    day.year() == year || december_before || january_after
}

/// `2025-01-26 2025-02-08` or `2025-01-28..2025-02-04`.
fn days(text: &str) -> Result<Vec<Date>, What> {
    let mut days = Vec::new();
    for word in text.split_whitespace() {
        let bad = || What::BadDates(word.to_owned());
        let (from, to) = word.split_once("..").unwrap_or((word, word));
        let from: Date = from.parse().map_err(|_| bad())?;
        let to: Date = to.parse().map_err(|_| bad())?;
        let mut stretch = from.series(jiff::ToSpan::days(1)).take_while(|d| *d <= to);
        let found: Vec<Date> = stretch.by_ref().take(STRETCH_DAYS_MAX).collect();
        if found.is_empty() || stretch.next().is_some() {
            return Err(bad());
        }
        days.extend(found);
    }
    Ok(days)
}

/// One line, taken apart at its bars into keys and values.
struct Columns<'a> {
    first_key: &'a str,
    left: Vec<(&'a str, &'a str)>,
}

impl<'a> Columns<'a> {
    fn read(line: &'a str) -> Columns<'a> {
        let part = |part: &'a str| {
            let part = part.trim();
            let (key, value) = part.split_once(char::is_whitespace).unwrap_or((part, ""));
            (key, value.trim())
        };
        let left: Vec<_> = line.split('|').map(part).collect();
        let first_key = left.first().map_or("", |(key, _)| key);
        Columns { first_key, left }
    }

    fn take(&mut self, key: &str) -> Option<&'a str> {
        let at = self.left.iter().position(|(found, _)| *found == key)?;
        Some(self.left.remove(at).1)
    }

    fn need(&mut self, key: &'static str) -> Result<&'a str, What> {
        let value = self.take(key).filter(|value| !value.is_empty());
        value.ok_or(What::Missing(key))
    }

    /// Whatever no one asked for is not understood, and silence would hide a misspelt `work`.
    fn nothing_left(&self) -> Result<(), What> {
        const KNOWN: [&str; 8] = [
            "year",
            "published",
            "source",
            "workdays",
            "en",
            "off",
            "law",
            "work",
        ];
        match self.left.first() {
            None => Ok(()),
            Some((key, _)) if KNOWN.contains(key) => Err(What::RepeatedColumn((*key).to_owned())),
            Some((key, _)) => Err(What::UnknownColumn((*key).to_owned())),
        }
    }
}

pub(crate) fn write(year: &Year, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "year {} | published {}", year.number, year.published)?;
    write!(f, " | source {}", year.source)?;
    if let Some(count) = year.workdays {
        write!(f, " | workdays {count}")?;
    }
    writeln!(f)?;
    for holiday in &year.holidays {
        let Name { chinese, english } = &holiday.name;
        write!(f, "holiday {chinese} | en {english} | off")?;
        write_days(&holiday.off, f)?;
        for (key, days) in [("law", &holiday.law), ("work", &holiday.work)] {
            if !days.is_empty() {
                write!(f, " | {key}")?;
                write_days(days, f)?;
            }
        }
        writeln!(f)?;
    }
    Ok(())
}

fn write_days(days: &[Date], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    days.iter().try_for_each(|day| write!(f, " {day}"))
}
