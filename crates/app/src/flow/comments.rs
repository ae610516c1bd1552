//! What the public says of a matter: taken on its public page, told at once to the unit that has it and
//! its superiors, shown to everybody only after an officer released it.

use std::collections::BTreeSet;
use std::net::IpAddr;

use kernel::flow::{Course, Task};
use kernel::{Actor, Blame, Change, FieldIx, Ground, Id, Moment, Raw, Record, Refusal, Value};
use speech::{Said, said};
use store::{Filter, Personal, Query, Reader};

use super::public::public_number;
use super::todo::text;
use super::warn::{Among, Subject};
use crate::crowd::{Deed, Queue};
use crate::records::Act;
use crate::{App, Error, Input, Outcome, looks_personal};

/// Longest comment, and way to reach whoever made it; the definition allows no more.
pub const COMMENT_CHARS_MAX: usize = 500;
pub const CONTACT_CHARS_MAX: usize = 60;
/// Comments of one matter that may wait for review, in all and from one place in a day: whoever fills the
/// beginning of the queue leaves room for everybody who has not spoken yet.
const QUEUE: Queue = Queue {
    address: 3,
    network: 10,
    long: 50,
    full: 500,
};
/// Comments shown on a public page, the newest first.
const SHOWN_MAX: usize = 50;
/// People told of one comment.
const TOLD_MAX: usize = 100;

/// A released comment, with nothing about whoever made it.
#[derive(Clone, Debug)]
pub struct PublicComment {
    pub said_at: Moment,
    pub words: String,
    pub answer: Option<String>,
}

impl App {
    /// Takes a comment on the matter of that public number; answers the number of the comment.
    pub fn comment(
        &self,
        from: Option<IpAddr>,
        public_no: &str,
        words: &str,
        contact: &str,
    ) -> Outcome<Id> {
        self.admit(Deed::Comment, from)?;
        let number = public_number(public_no).ok_or_else(Refusal::not_found)?;
        fit_to_say(words, contact)?;
        let waiting = self.look(|reader| {
            let matter = self.matter_by_no(reader, &number)?;
            self.waiting_comments(reader, matter.ok_or_else(Refusal::not_found)?.id)
        })?;
        let seat = self.take_seat((Deed::Comment, &number), from, (QUEUE, waiting), full())?;
        let taken = self.take_comment(&number, words, contact);
        if taken.is_err() {
            self.leave_seat(seat)?;
        }
        taken
    }

    fn take_comment(&self, number: &str, words: &str, contact: &str) -> Outcome<Id> {
        let register = self.house("comment")?;
        let id = self.store().next_id()?;
        self.settle(|reader, frame| {
            let operator = Actor::operator();
            let ground = self.ground(frame, &operator);
            let matter = self.matter_by_no(reader, number)?;
            let matter = matter.ok_or_else(Refusal::not_found)?;
            let course = self.course_of(reader, &matter)?;
            let unit = course.as_ref().and_then(unit_now);
            let titles = match &course {
                Some(course) => self.unit_titles(reader, course)?,
                None => Default::default(),
            };
            let title = unit.and_then(|unit| titles.get(&unit)).map(String::as_str);
            let input = self.comment_input(&matter, title, (number, words, contact));
            let decision = self.decide_create(&ground, reader, (register, id), None, &input)?;
            let (mut commit, saved) = self.sum_up(&ground, reader, Act::made(), decision)?;
            let told = self.comment_told(&ground, reader, &matter, (id, unit))?;
            commit.changes.extend(told);
            Ok((commit, saved.id))
        })
    }

    /// Comments on a matter that were released.
    pub(super) fn released_comments(
        &self,
        reader: &Reader,
        matter: Id,
    ) -> Outcome<Vec<PublicComment>> {
        let register = self.house("comment")?;
        let def = self.catalogue().at(register);
        let query = Query {
            filter: Filter::All(vec![
                Filter::Is(self.comment_field("matter")?, Value::Id(matter)),
                Filter::States(def.state("released").into_iter().collect()),
            ]),
            // What was released or answered last keeps its room.
            sort: vec![catalogue::Sort {
                by: catalogue::Column::ChangedAt,
                descending: true,
            }],
            limit: SHOWN_MAX,
            personal: Personal::Sealed,
            ..Query::of(register)
        };
        let mut found = reader.query(&query)?.records;
        found.sort_by_key(|comment| std::cmp::Reverse(comment.created_at));
        let said = |comment: &Record| PublicComment {
            said_at: comment.created_at,
            words: text(comment.named(def, "words"))
                .unwrap_or_default()
                .to_owned(),
            answer: text(comment.named(def, "answer")).map(str::to_owned),
        };
        Ok(found.iter().map(said).collect())
    }

    fn comment_field(&self, name: &str) -> Outcome<FieldIx> {
        let field = self.catalogue().at(self.house("comment")?).field(name);
        Ok(field.ok_or(Error::Broken("house.comment"))?)
    }

    /// How many nobody has read yet; whatever is released, answered or withheld makes room.
    fn waiting_comments(&self, reader: &Reader, matter: Id) -> Outcome<usize> {
        let register = self.house("comment")?;
        let def = self.catalogue().at(register);
        let waiting = Filter::All(vec![
            Filter::Is(self.comment_field("matter")?, Value::Id(matter)),
            Filter::Empty(self.comment_field("answer")?),
            Filter::States(def.state("said").into_iter().collect()),
        ]);
        Ok(reader.ids(register, &waiting, QUEUE.full)?.len())
    }

    fn course_of(&self, reader: &Reader, matter: &Record) -> Outcome<Option<Course>> {
        let (register, id) = self.of_matter(matter)?;
        match reader.get(register, id)? {
            Some(record) => self.course(reader, &record, Id(0)),
            None => Ok(None),
        }
    }

    fn comment_input(
        &self,
        matter: &Record,
        unit: Option<&str>,
        (number, words, contact): (&str, &str, &str),
    ) -> Input {
        let matters = self.catalogue().at(matter.register);
        let word = |name| text(matter.named(matters, name)).unwrap_or_default();
        let mut input = vec![
            ("matter".to_owned(), Raw::Text(matter.id.to_string())),
            ("about_what".to_owned(), Raw::text(word("shown"))),
            ("public_no".to_owned(), Raw::text(number)),
            ("division".to_owned(), Raw::text(word("division"))),
            ("words".to_owned(), Raw::text(words)),
            ("contact".to_owned(), Raw::text(contact)),
        ];
        if let Some(unit) = unit {
            input.push(("unit".to_owned(), Raw::text(unit)));
        }
        input
    }

    /// The heads of the unit that has the matter and those above it are told; the review itself waits
    /// in the to-do of the section.
    fn comment_told(
        &self,
        ground: &Ground,
        reader: &Reader,
        matter: &Record,
        (comment, unit): (Id, Option<Id>),
    ) -> Outcome<Vec<Change>> {
        let matters = ground.catalogue.at(matter.register);
        let register = self.house("comment")?;
        let def = ground.catalogue.at(register);
        let rules = self.card_rules(ground)?;
        let directory = self.directory()?;
        let among = Among {
            directory: &directory,
            register: Some(def),
        };
        let division = text(matter.named(matters, "division"));
        let mut people: BTreeSet<Id> = among.nearest(&rules.leads, division).into_iter().collect();
        people.extend(
            unit.iter()
                .flat_map(|unit| among.in_unit(*unit, &rules.heads)),
        );
        let id = comment.to_string();
        let subject = Subject {
            register: &def.name,
            record: &id,
            title: text(matter.named(matters, "shown")).unwrap_or_default(),
            at_state: None,
            due: None,
        };
        let mut changes = Vec::new();
        for account in people.into_iter().take(TOLD_MAX) {
            changes.extend(self.notice(ground, reader, (account, "comment"), subject, &id)?);
        }
        Ok(changes)
    }
}

fn full() -> Said {
    said!(
        "这件事的意见已经很多，正在审核，请过几天再提"
            / "Many comments on this matter wait for review; please come back in some days"
    )
}

/// Something is said, not too much, and nothing by which a person could be found.
fn fit_to_say(words: &str, contact: &str) -> Outcome<()> {
    let mut blames = Vec::new();
    let count = words.trim().chars().count();
    if count == 0 {
        let message = said!("请写下意见" / "Please write your comment");
        blames.push(Blame::at("words", "required", message));
    } else if count > COMMENT_CHARS_MAX {
        let message = said!(
            "意见最多 {COMMENT_CHARS_MAX} 个字，现在有 {count} 个"
                / "A comment has at most {COMMENT_CHARS_MAX} characters, this has {count}"
        );
        blames.push(Blame::at("words", "length", message));
    } else if looks_personal(words) {
        let message = said!(
            "意见里像有证件号或者手机号，请去掉；愿意接受回访的，填在“联系方式”里"
                / "The comment seems to hold a document or mobile number; please remove it, or put yours under how to reach you"
        );
        blames.push(Blame::at("words", "personal", message));
    }
    if contact.trim().chars().count() > CONTACT_CHARS_MAX {
        let message = said!(
            "联系方式最多 {CONTACT_CHARS_MAX} 个字"
                / "How to reach you has at most {CONTACT_CHARS_MAX} characters"
        );
        blames.push(Blame::at("contact", "length", message));
    }
    match blames.is_empty() {
        true => Ok(()),
        false => Err(Refusal::invalid(blames).into()),
    }
}

/// The unit whose turn it is, or was last.
fn unit_now(course: &Course) -> Option<Id> {
    let moving = || course.valid().filter(|task| task.kind.moves());
    let open = moving().filter(|task| task.open).find_map(|task| task.unit);
    let last = |task: &Task| (task.step, task.began_at);
    open.or_else(|| {
        let with_unit = moving().filter(|task| task.unit.is_some());
        with_unit
            .max_by_key(|task| last(task))
            .and_then(|task| task.unit)
    })
}
