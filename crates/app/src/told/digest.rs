//! Digests: one mail for all notices since the last, on working days only.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, time};
use kernel::{Actor, Change, Id, Moment, Record, Value};
use store::{Filter, Query, Reader};

use super::choice::How;
use super::reach::Reach;
use crate::{App, Outcome};

/// Notices of one digest; there are never that many.
const NOTICES_MAX: usize = 1_000;
/// People whose digests are gathered at one time; the next run takes more.
const PEOPLE_AT_ONCE: usize = 500;

impl App {
    /// Writes the digests whose hour has come; answers how many.
    pub fn gather_digests(&self) -> Outcome<usize> {
        if !self.sends_mail() {
            return Ok(0);
        }
        let book = self.book("reach")?;
        let how = book.field("how")?;
        let hows = [How::Daily, How::Weekly].map(|how| super::word(how.word()));
        let query = Query {
            filter: Filter::In(how, hows.to_vec()),
            limit: usize::MAX,
            ..Query::of(book.register)
        };
        let mut due = Vec::new();
        self.look(|reader| {
            reader.each(&query, |record| {
                let account = book.id(&record, "account");
                if due.len() < PEOPLE_AT_ONCE && self.is_due(&record)? {
                    due.extend(account);
                }
                Ok::<(), crate::No>(())
            })
        })?;
        let mut count = 0;
        for account in due {
            count += usize::from(self.gather_digest(account)?);
        }
        Ok(count)
    }

    /// Whether an hour of a digest passed since the last one that told something, and something was sent.
    fn is_due(&self, record: &Record) -> Outcome<bool> {
        let book = self.book("reach")?;
        let good = record.named(book.def, "proved_at") != &Value::Null
            && record.named(book.def, "failed_at") == &Value::Null;
        let how = How::of_word(book.text(record, "how")).unwrap_or(How::Never);
        let hour = book.int(record, "hour").unwrap_or(8);
        let told = book.moment(record, "told_until");
        let until = self.last_hour(how, hour);
        Ok(good && told.is_some_and(|told| told < until))
    }

    fn gather_digest(&self, account: Id) -> Outcome<bool> {
        let operator = Actor::operator();
        self.settle(|reader, frame| {
            let ground = self.ground(frame, &operator);
            let mut changes: Vec<Change> = Vec::new();
            if let Some(reach) = self.reach_of(reader, account)?
                && self.is_due(&reach.record)?
            {
                let since = reach.told_until.unwrap_or(ground.now);
                let until = self.last_hour(reach.choice.how, reach.choice.hour);
                let notices = self.notices_between(reader, account, (since, until), &reach)?;
                if !notices.is_empty() {
                    let values = vec![("told_until", Value::Moment(until))];
                    let id = reach.record.id;
                    let told = self.reach_change(&operator, Some(&reach), id, "digest", values)?;
                    changes = vec![told, self.digest_letter(&reach, (since, until))?];
                }
            }
            let any = !changes.is_empty();
            Ok((self.commit_of(&ground, changes, None), any))
        })
    }

    /// The notices of a person sent after one moment and until another, of the kinds he wants.
    pub(super) fn notices_between(
        &self,
        reader: &Reader,
        account: Id,
        (since, until): (Moment, Moment),
        reach: &Reach,
    ) -> Outcome<Vec<Record>> {
        let book = self.book("notice")?;
        let (to, sent) = (book.field("account")?, book.field("sent_at")?);
        let after = Value::Moment(Moment(since.0 + 1));
        let query = Query {
            filter: Filter::All(vec![
                Filter::Is(to, Value::Id(account)),
                Filter::Between(sent, Some(after), Some(Value::Moment(until))),
            ]),
            limit: NOTICES_MAX,
            ..Query::of(book.register)
        };
        let mut found = reader.query(&query)?.records;
        found.retain(|notice| reach.wants(book.text(notice, "kind")));
        found.sort_by_key(|notice| (book.moment(notice, "sent_at"), notice.id));
        Ok(found)
    }

    /// The last moment at which a digest was to be sent.
    fn last_hour(&self, how: How, hour: i64) -> Moment {
        let calendar = self.calendar();
        let now = self.now();
        let at = |day: Date| {
            let hour = i8::try_from(hour).unwrap_or(8).clamp(0, 23);
            Moment::from_local(day.to_datetime(time(hour, 0, 0, 0)))
        };
        let mut day = now.local_date();
        if !calendar.is_workday(day) || now < at(day) {
            day = calendar.workday_before(day, 1);
        }
        if how == How::Weekly {
            let first = |day: Date| {
                let monday = monday_of(day);
                match calendar.is_workday(monday) {
                    true => monday,
                    false => calendar.workday_after(monday, 1),
                }
            };
            let this = first(day);
            day = match this <= day {
                true => this,
                false => first(day.saturating_sub(7.days())),
            };
        }
        at(day)
    }
}

fn monday_of(day: Date) -> Date {
    let past = i64::from(day.weekday().since(Weekday::Monday));
    day.saturating_sub(past.days())
}
