//! The calendar of working days: every version that was ever in force, and the one that the imported
//! days would make. A version is put in force by a person, never by the import itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use calendar::{Calendar, Change, Version, Year};
use kernel::flow::Writer;
use kernel::{Actor, Blame, Catalogue, Id, Reason, Record, Refusal, RegisterIx, Value, Verb};
use speech::{Said, said};
use store::{Filter, Query, Reader};

use crate::{App, Error, No, Outcome};

/// Versions and days that are read at once; a notice names some forty days.
const VERSIONS_MAX: usize = 10_000;
const DAYS_MAX: usize = 20_000;
pub(super) const RECOUNTING: &str = "recounting";

/// Every version by its number; the last is in force.
pub(crate) struct Calendars(BTreeMap<u32, Arc<Calendar>>);

impl Default for Calendars {
    fn default() -> Calendars {
        let builtin = Calendar::builtin().clone();
        Calendars(BTreeMap::from([(builtin.version().0, Arc::new(builtin))]))
    }
}

/// The calendar in force, and what the imported days would make of it.
#[derive(Clone, Debug)]
pub struct CalendarView {
    pub number: u32,
    /// Years with a notice.
    pub years: Vec<YearView>,
    /// What the next version would change; `None`: the imported days are those in force.
    pub next: Option<NextCalendar>,
    /// Limits are being counted anew after the last change.
    pub recounting: bool,
}

#[derive(Clone, Debug)]
pub struct YearView {
    pub year: i16,
    pub source: String,
}

#[derive(Clone, Debug)]
pub struct NextCalendar {
    pub number: u32,
    /// Days that count otherwise; none when only a notice's title changes.
    pub days: Vec<DayChange>,
}

#[derive(Clone, Debug)]
pub struct DayChange {
    pub day: jiff::civil::Date,
    pub from: Said,
    pub to: Said,
}

impl DayChange {
    pub(super) fn of(change: &Change) -> DayChange {
        let said = |kind: &calendar::DayKind| Said {
            zh: kind.chinese().into(),
            en: kind.english().into(),
        };
        DayChange {
            day: change.day,
            from: said(&change.from),
            to: said(&change.to),
        }
    }
}

impl App {
    /// The calendar in force.
    pub fn calendar(&self) -> Arc<Calendar> {
        let calendars = self.calendars();
        let last = calendars.0.values().next_back();
        last.cloned().unwrap_or_default()
    }

    /// The calendar that a due date was computed with; that in force when the due date names none.
    pub(crate) fn calendar_of(&self, version: &Value) -> Arc<Calendar> {
        let number = match version {
            Value::Text(text) => text.parse().ok(),
            _ => None,
        };
        let calendars = self.calendars();
        let known = number.and_then(|number: u32| calendars.0.get(&number).cloned());
        known.unwrap_or_else(|| self.calendar())
    }

    fn calendars(&self) -> Arc<Calendars> {
        match self.inner.calendars.read() {
            Ok(known) => known.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    /// What is in force, and what would be.
    pub fn calendar_view(&self, actor: &Actor) -> Outcome<CalendarView> {
        self.may_see_calendar(actor)?;
        let calendar = self.calendar();
        let next = self.look(|reader| self.next_calendar(reader))?;
        let years = calendar.years().map(|year| YearView {
            year: year.number(),
            source: year.source().to_owned(),
        });
        Ok(CalendarView {
            number: calendar.version().0,
            years: years.collect(),
            next: next.map(|next| NextCalendar {
                number: next.version().0,
                days: calendar.changes(&next).iter().map(DayChange::of).collect(),
            }),
            recounting: self.recounting()?.is_some(),
        })
    }

    /// The calendar of the imported days, if it is another than that in force.
    pub(super) fn next_calendar(&self, reader: &Reader) -> Outcome<Option<Calendar>> {
        let now = self.calendar();
        let imported = self.imported_years(reader)?;
        let is_imported = |year: &&Year| imported.iter().any(|y| y.number() == year.number());
        let builtin = Calendar::builtin().years();
        let mut years: Vec<Year> = builtin.filter(|y| !is_imported(y)).cloned().collect();
        years.extend(imported);
        let number = Version(now.version().0 + 1);
        let next = Calendar::new(number, years).map_err(|fault| {
            let blame = Blame::at("day", "rule", Said::same(fault.what.to_string()));
            Refusal::invalid(vec![blame])
        })?;
        Ok((next.text() != now.text()).then_some(next))
    }

    /// The years of the valid days, each checked as a whole.
    fn imported_years(&self, reader: &Reader) -> Outcome<Vec<Year>> {
        let register = self.house("calendar_day")?;
        let def = self.catalogue().at(register);
        let query = Query {
            filter: Filter::States(def.state("current").into_iter().collect()),
            limit: DAYS_MAX,
            ..Query::of(register)
        };
        let mut notices: BTreeMap<i64, Vec<Record>> = BTreeMap::new();
        for record in reader.query(&query)?.records {
            if let Value::Int(year) = record.named(def, "year") {
                notices.entry(*year).or_default().push(record);
            }
        }
        let mut years = Vec::with_capacity(notices.len());
        let mut blames = Vec::new();
        for (year, days) in notices {
            match Year::parse(&notice(self.catalogue(), register, year, days)) {
                Ok(year) => years.push(year),
                Err(faults) => blames.extend(faults.iter().map(|fault| {
                    let what = said!("{year} 年：{}" / "{year}: {}", fault.what.to_string());
                    Blame::at("day", "rule", what)
                })),
            }
        }
        match blames.is_empty() {
            true => Ok(years),
            false => Err(Refusal::invalid(blames).into()),
        }
    }

    /// Reads all versions anew.
    pub(crate) fn reload_calendars(&self) -> Outcome<()> {
        let Ok(register) = self.house("calendar") else {
            return Ok(());
        };
        let def = self.catalogue().at(register);
        let _one = self.inner.reloading.lock();
        let query = Query {
            limit: VERSIONS_MAX,
            ..Query::of(register)
        };
        let records = self.look(|reader| Ok(reader.query(&query)?.records))?;
        let mut known = Calendars::default();
        for record in &records {
            let (Value::Int(number), Value::Text(text)) =
                (record.named(def, "number"), record.named(def, "notices"))
            else {
                continue;
            };
            let number = u32::try_from(*number).map_err(|_| Error::Broken("house.calendar"))?;
            let read = Calendar::parse(Version(number), text);
            // Written by the program itself, from a calendar that it had checked.
            let read = read.map_err(|_| Error::Broken("house.calendar.notices"))?;
            known.0.insert(number, Arc::new(read));
        }
        match self.inner.calendars.write() {
            Ok(mut calendars) => *calendars = Arc::new(known),
            Err(poisoned) => *poisoned.into_inner() = Arc::new(known),
        }
        Ok(())
    }

    /// Puts the next version in force: what begins from now on is counted by it. Answers its record.
    pub(super) fn keep_next_calendar(&self, actor: &Actor, list: &str) -> Outcome<Id> {
        self.may_adopt_calendar(actor)?;
        let register = self.house("calendar")?;
        let id = self.store().next_id()?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let Some(next) = self.next_calendar(reader)? else {
                return Err(No::refuse(
                    Reason::Conflict,
                    said!(
                        "导入的节假日安排与现行工作日历相同，没有需要启用的内容"
                            / "The imported days are those in force; there is nothing to put in force"
                    ),
                ));
            };
            if self.digest_of_next(reader, &next)? != list {
                return Err(No::refuse(
                    Reason::Conflict,
                    said!(
                        "会变动的期限已与您看过的清单不同，请重新查看清单再启用"
                            / "Other limits would move now than in the list you looked at; look at the list again, then put it in force"
                    ),
                ));
            }
            let years: Vec<String> = next.years().map(|y| y.number().to_string()).collect();
            let writer = Writer {
                catalogue: ground.catalogue,
                register,
            };
            let made = writer.insert(
                id,
                "create",
                RECOUNTING,
                vec![
                    ("number", Value::Int(i64::from(next.version().0))),
                    ("years", Value::Text(years.join(" "))),
                    ("notices", Value::Text(next.text())),
                    ("moved", Value::Int(0)),
                ],
            );
            Ok((self.commit_of(&ground, vec![made], None), ()))
        })?;
        Ok(id)
    }

    fn may_see_calendar(&self, actor: &Actor) -> Outcome<()> {
        let def = self.catalogue().at(self.house("calendar_day")?);
        match kernel::scope(def, actor, Verb::See) {
            Some(_) => Ok(()),
            None => Err(Refusal::not_found().into()),
        }
    }

    /// Whether the person may put a calendar in force now: it moves limits of law, so it asks for a
    /// fresh proof of who it is.
    pub fn may_adopt_calendar(&self, actor: &Actor) -> Outcome<()> {
        self.may_change_calendar(actor)?;
        let frame = self.frame();
        Ok(self.ground(&frame, actor).proven()?)
    }

    pub(super) fn may_change_calendar(&self, actor: &Actor) -> Outcome<()> {
        let def = self.catalogue().at(self.house("calendar_day")?);
        match kernel::scope(def, actor, Verb::Import) {
            Some(_) => Ok(()),
            None => Err(Refusal::forbidden(said!(
                "您的岗位不能启用工作日历" / "Your role may not put a calendar in force"
            ))
            .into()),
        }
    }
}

/// The days of one notice in the format of the calendar, one line a holiday.
fn notice(catalogue: &Catalogue, register: RegisterIx, year: i64, mut days: Vec<Record>) -> String {
    let def = catalogue.at(register);
    let text = |record: &Record, name: &str| match record.named(def, name) {
        // A bar divides columns there.
        Value::Text(text) => text.replace(['|', '\n'], " "),
        Value::Date(date) => date.to_string(),
        _ => String::new(),
    };
    days.sort_by_key(|record| text(record, "day"));
    let first = days.first();
    let of_first = |name| first.map(|record| text(record, name)).unwrap_or_default();
    let mut notice = format!(
        "year {year} | published {} | source {}\n",
        of_first("published"),
        of_first("source")
    );
    let mut titles: Vec<String> = Vec::new();
    for record in &days {
        let title = text(record, "title");
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    for title in titles {
        let of_title = || days.iter().filter(|r| text(r, "title") == title);
        let named = |kinds: &[&str]| {
            let found = of_title().filter(|r| kinds.contains(&text(r, "kind").as_str()));
            let found: Vec<String> = found.map(|r| text(r, "day")).collect();
            found.join(" ")
        };
        let _ = write!(notice, "holiday {title}");
        let english = of_title()
            .map(|r| text(r, "english"))
            .find(|e| !e.is_empty());
        let columns = [
            ("en", english.unwrap_or_default()),
            ("off", named(&["law", "off"])),
            ("law", named(&["law"])),
            ("work", named(&["work"])),
        ];
        for (column, content) in columns.iter().filter(|(_, content)| !content.is_empty()) {
            let _ = write!(notice, " | {column} {content}");
        }
        notice.push('\n');
    }
    notice
}
