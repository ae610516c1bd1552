//! What became of an attempt to send: done, once more later, or never. The pauses rise; after three
//! days it is over, and an administrator sees it.

use kernel::{Actor, Change, Id, Moment, Record, Value};

use super::{Book, word};
use crate::{App, Outcome};
use kernel::Ground;
use store::{Count, Filter, Query, Reader};

/// Pauses in seconds after the first, second … attempt; none after the last.
const PAUSES: [i64; 9] = [
    20,
    60,
    5 * 60,
    30 * 60,
    2 * 3_600,
    6 * 3_600,
    12 * 3_600,
    24 * 3_600,
    24 * 3_600,
];
/// Longest word about a result.
const ANSWER_CHARS_MAX: usize = 60;
/// Where counting of a queue stops.
const COUNT_CAP: u64 = 100_000;

/// The result of an attempt, with a code or a few words that name nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    Done(String),
    /// The other side, or the way there, may be right later.
    Later(String),
    /// It never will be; of mail: the server refused it.
    Never(String),
    /// Of mail: there is no such address.
    NoAddress(String),
}

/// What waits to go out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    pub waiting: u64,
    pub failed: u64,
    /// Age of what should have gone out longest ago, in seconds.
    pub oldest_seconds: i64,
}

impl App {
    /// Writes down what became of an attempt to send a mail.
    pub fn letter_done(&self, id: Id, sent: &Sent) -> Outcome<()> {
        let operator = Actor::operator();
        self.settle(|reader, frame| {
            let ground = self.ground(frame, &operator);
            let book = self.book("letter")?;
            let mut changes = Vec::new();
            if let Some(record) = reader.get(book.register, id)?
                && book.state_of(&record) == "waiting"
            {
                changes.push(attempt(&book, &ground, &record, sent));
                if let Sent::NoAddress(code) = sent {
                    let account = book.id(&record, "account").unwrap_or(Id(0));
                    changes.extend(self.address_failed(&ground, reader, account, code)?);
                }
            }
            Ok((self.commit_of(&ground, changes, None), ()))
        })
    }

    /// A mail that has nobody to go to any more, or nothing to tell.
    pub(super) fn letter_pointless(&self, id: Id, why: &str) -> Outcome<()> {
        self.letter_done(id, &Sent::Never(why.to_owned()))
    }

    /// Mail and what is pushed, as the operator watches it.
    pub fn outgoing(&self, queue: &'static str) -> Outcome<Outgoing> {
        let book = self.book(queue)?;
        let by = book.field("send_at")?;
        let in_state = |state: &str| Filter::States(book.def.state(state).into_iter().collect());
        let now = self.now();
        self.look(|reader| {
            let count = |reader: &Reader, state: &str| {
                let query = Query {
                    filter: in_state(state),
                    ..Query::of(book.register)
                };
                Ok::<u64, crate::No>(match reader.count_to(&query, COUNT_CAP)? {
                    Count::Exact(n) | Count::MoreThan(n) => n,
                })
            };
            let first = Query {
                filter: in_state("waiting"),
                sort: vec![catalogue::Sort {
                    by: catalogue::Column::Field(by),
                    descending: false,
                }],
                limit: 1,
                ..Query::of(book.register)
            };
            let oldest = reader.query(&first)?.records.into_iter().next();
            let oldest = oldest.map_or(now, |record| record.created_at);
            Ok(Outgoing {
                waiting: count(reader, "waiting")?,
                failed: count(reader, "failed")?,
                oldest_seconds: (now.0 - oldest.0).max(0) / 1_000_000,
            })
        })
    }
}

/// The change of a queue's record after an attempt.
pub(super) fn attempt(book: &Book, ground: &Ground, record: &Record, sent: &Sent) -> Change {
    let tries = book.int(record, "tries").unwrap_or(0) + 1;
    let now = ground.now;
    let mut values = vec![("tries", Value::Int(tries))];
    let (act, state, answer) = match sent {
        Sent::Done(answer) => {
            values.push(("sent_at", Value::Moment(now)));
            ("send", Some("sent"), answer)
        }
        Sent::Later(answer) => match next(tries, now) {
            Some(at) => {
                values.push(("send_at", Value::Moment(at)));
                ("attempt", None, answer)
            }
            None => ("fail", Some("failed"), answer),
        },
        Sent::Never(answer) => ("fail", Some("failed"), answer),
        Sent::NoAddress(answer) => ("bounce", Some("bounced"), answer),
    };
    let answer: String = answer.chars().take(ANSWER_CHARS_MAX).collect();
    values.push(("answer", word(answer)));
    book.writer
        .update((record.id, record.version), act, state, values)
}

/// When the next attempt is made after so many.
fn next(tries: i64, now: Moment) -> Option<Moment> {
    let pause = PAUSES.get(usize::try_from(tries).ok()?.checked_sub(1)?)?;
    Some(Moment(now.0 + pause * 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_rise_and_end_after_about_three_days() {
        let now = Moment(0);
        let pauses: Vec<i64> = (1..).map_while(|n| next(n, now)).map(|at| at.0).collect();
        assert_eq!(pauses.len(), PAUSES.len());
        assert!(pauses.is_sorted());
        let whole: i64 = PAUSES.iter().sum();
        assert!((60..75).contains(&(whole / 3_600)), "{whole}");
        assert_eq!(next(0, now), None);
    }
}
