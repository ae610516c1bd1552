//! What follows from a limit that has reached a new level: notices to people, and a card for the unit.

use std::collections::BTreeMap;

use kernel::flow::{Desk, Directory, Level, Post, Roles, Rules, Task, Whereabouts, Writer};
use kernel::{Change, Ground, Id, Moment, Record, Register, Value};
use store::{Personal, Reader};

use super::issue::Card;
use super::todo::text;
use super::watch::Reached;
use crate::{App, Error, Outcome};

/// People told of one limit at one time.
const TOLD_MAX: usize = 100;

/// What people are told of.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The record of the register that the notice leads to.
    pub register: &'a str,
    pub record: &'a str,
    pub title: &'a str,
    pub at_state: Option<&'a str>,
    pub due: Option<Moment>,
}

impl Subject<'_> {
    /// What it leads to, as fields of a notice.
    fn values(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("register", word(self.register)),
            ("record", word(self.record)),
            ("at_state", self.at_state.map_or(Value::Null, word)),
            ("due_at", self.due.map_or(Value::Null, Value::Moment)),
        ]
    }
}

/// Who has the matter at this moment.
pub(super) struct Holder {
    /// People who could take the turn.
    pub people: Vec<Id>,
    /// The unit of the service whose turn it is, or was last.
    pub unit: Option<Id>,
    /// The one person, if the turn is somebody's.
    pub account: Option<Id>,
    pub at_state: Option<String>,
    /// The turn is an enterprise's, which gets no card.
    pub is_outside: bool,
}

impl App {
    /// All changes of one warning: the limit keeps its level, cards are issued, people are told.
    pub(super) fn warnings(
        &self,
        ground: &Ground,
        reader: &Reader,
        rules: &Rules,
        reached: &Reached,
    ) -> Outcome<Vec<Change>> {
        let house = self.flow_house()?;
        let def = ground.catalogue.at(reached.record.register);
        let matters = ground.catalogue.at(house.matter);
        let Value::Id(matter) = *reached.record.named(def, "matter") else {
            return Err(Error::Broken("house.clock.matter").into());
        };
        let matter = self.load(reader, house.matter, matter)?;
        let word = |name: &str| text(matter.named(matters, name)).unwrap_or_default();
        let directory = self.directory()?;
        let register = ground.catalogue.register(word("register"));
        let among = Among {
            directory: &directory,
            register: register.map(|ix| ground.catalogue.at(ix)),
        };
        let holder = self.has_it(ground, reader, among, &matter, reached)?;
        let cards = self.cards(ground, reader, rules, reached, (&matter, &holder))?;
        let division = text(matter.named(matters, "division"));
        let told = told(among, rules, reached, (division, &holder), &cards);
        let subject = Subject {
            register: word("register"),
            record: word("record"),
            title: word("shown"),
            at_state: holder.at_state.as_deref(),
            due: Some(reached.due),
        };
        let gravest = reached.levels.last().map_or(0, |level| level.number());
        // An end that was moved away is told of anew.
        let source = format!("{}:{gravest}:{}", reached.record.id, reached.due.0);
        let writer = Writer {
            catalogue: ground.catalogue,
            register: reached.record.register,
        };
        let mut changes = vec![writer.update(
            (reached.record.id, reached.record.version),
            "warn",
            None,
            vec![("warned", Value::Int(gravest))],
        )];
        changes.extend(cards.into_iter().map(|card| card.change));
        for (account, kind) in told.iter().take(TOLD_MAX) {
            changes.extend(self.notice(ground, reader, (*account, kind), subject, &source)?);
        }
        let about = (subject.values(), source.as_str());
        changes.extend(self.pushes_of(ground, reader, (&told, &directory), about)?);
        Ok(changes)
    }

    /// A notice to one person, with its mail if the person wants it at once.
    pub(crate) fn notice(
        &self,
        ground: &Ground,
        reader: &Reader,
        (account, kind): (Id, &str),
        subject: Subject,
        source: &str,
    ) -> Outcome<Vec<Change>> {
        let writer = Writer {
            catalogue: ground.catalogue,
            register: self.house("notice")?,
        };
        let title = match subject.title {
            "" => subject.record,
            title => title,
        };
        let mut values = subject.values();
        values.extend([
            ("account", Value::Id(account)),
            ("kind", word(kind)),
            ("title", word(title)),
            ("sent_at", Value::Moment(ground.now)),
            ("source", word(&format!("{source}:{account}"))),
        ]);
        let id = self.store().next_id()?;
        let mut changes = vec![writer.insert(id, "create", "unread", values)];
        changes.extend(self.letter_of(ground, reader, (account, kind, id))?);
        Ok(changes)
    }

    /// Who has the step; of a whole matter, who has its present step.
    fn has_it(
        &self,
        ground: &Ground,
        reader: &Reader,
        among: Among,
        matter: &Record,
        reached: &Reached,
    ) -> Outcome<Holder> {
        let house = self.flow_house()?;
        let def = ground.catalogue.at(house.task);
        let by = def.field("matter").ok_or(Error::Broken("house.task"))?;
        let tasks = reader.children(house.task, by, matter.id, Personal::Sealed)?;
        let mut tasks: Vec<Task> = tasks.iter().filter_map(|t| Task::read(def, t)).collect();
        tasks.retain(|task| task.kind.moves() && !task.is_undone());
        tasks.sort_by_key(|task| (task.step, task.id));
        let of_step = |task: &&Task| match reached.is_whole {
            true => task.open,
            false => task.id == reached.record.id,
        };
        let mine: Vec<&Task> = tasks.iter().filter(of_step).collect();
        let unit_of = |task: &&Task| unit_of(among.directory, task);
        let people = mine.iter().flat_map(|task| among.at_desk(task));
        let last = tasks.iter().rev();
        Ok(Holder {
            people: people.collect(),
            unit: mine
                .iter()
                .find_map(unit_of)
                .or_else(|| match reached.is_whole {
                    // The limit of the whole is the service's affair, whoever has the turn now.
                    true => last
                        .clone()
                        .find_map(|task| self::unit_of(among.directory, task)),
                    false => None,
                }),
            account: mine.iter().find_map(|task| task.account),
            at_state: mine.first().map(|task| task.at_state.clone()),
            is_outside: !reached.is_whole && mine.iter().find_map(unit_of).is_none(),
        })
    }
}

/// The people among whom those to be told are found: posts in which the register of the matter is seen.
#[derive(Clone, Copy)]
pub(super) struct Among<'a> {
    pub directory: &'a Directory,
    pub register: Option<&'a Register>,
}

impl Among<'_> {
    fn posts(&self) -> impl Iterator<Item = &Post> {
        let reaches = |post: &&Post| self.register.is_none_or(|register| post.reaches(register));
        self.directory.posts.iter().filter(reaches)
    }

    /// People who could take the turn now.
    fn at_desk(&self, task: &Task) -> Vec<Id> {
        let posts = self.posts();
        match &task.desk {
            Some(Desk::Person(id)) => {
                let deputies = posts.filter(|post| post.on_behalf == Some(*id));
                std::iter::once(*id)
                    .chain(deputies.map(|post| post.account))
                    .collect()
            }
            Some(Desk::Unit(unit, roles)) => self.in_unit(*unit, roles),
            Some(Desk::Owner(subject, roles)) => posts
                .filter(|post| post.subject == Some(*subject) && roles.has(&post.role))
                .map(|post| post.account)
                .collect(),
            Some(Desk::Nobody(_)) | None => Vec::new(),
        }
    }

    pub(super) fn in_unit(&self, unit: Id, roles: &Roles) -> Vec<Id> {
        let held = |post: &&Post| post.unit == unit && roles.has(&post.role);
        self.posts().filter(held).map(|post| post.account).collect()
    }

    /// People in these roles who are nearest to the place.
    pub(super) fn nearest(&self, roles: &Roles, division: Option<&str>) -> Vec<Id> {
        let Some(register) = self.register else {
            return Vec::new();
        };
        let at = Whereabouts {
            division,
            subject: None,
            creator: Id(0),
        };
        let desks = self.directory.place(register, &roles.0, at).into_iter();
        let people = desks.filter_map(|desk| match desk {
            Desk::Unit(unit, roles) => Some(self.in_unit(unit, &roles)),
            _ => None,
        });
        people.flatten().collect()
    }
}

/// Everybody who is to be told, each with the gravest word for him.
fn told(
    among: Among,
    rules: &Rules,
    reached: &Reached,
    (division, holder): (Option<&str>, &Holder),
    cards: &[Card],
) -> BTreeMap<Id, &'static str> {
    let higher = |roles: &Roles| among.nearest(roles, division);
    let heads = || {
        let own = holder.unit.map(|unit| among.in_unit(unit, &rules.heads));
        match own {
            Some(found) if !found.is_empty() => found,
            _ => higher(&rules.heads),
        }
    };
    let card = |level: Level| {
        let found = cards.iter().filter(|card| card.level == level);
        found.map(|card| card.kind).next_back()
    };
    let mut told = BTreeMap::new();
    for level in &reached.levels {
        let (kind, people) = match level {
            // Pointless once the end is past.
            Level::Near if reached.levels.len() > 1 => continue,
            Level::Near => ("near", holder.people.clone()),
            Level::Late => {
                let people = holder.people.iter().copied().chain(heads()).collect();
                (card(*level).unwrap_or("late"), people)
            }
            Level::Past => {
                let people = holder.people.iter().copied();
                let people = people.chain(heads()).chain(higher(&rules.leads)).collect();
                (card(*level).unwrap_or("late"), people)
            }
            Level::Lead => ("raised", higher(&rules.leads)),
            Level::Upper => ("raised", higher(&rules.uppers)),
        };
        for account in people {
            told.insert(account, kind);
        }
    }
    told
}

/// The unit of the service that has the turn: none of an enterprise or a member of the public.
fn unit_of(directory: &Directory, task: &Task) -> Option<Id> {
    let account = task.account.or(task.doer);
    let mut posts = directory.posts.iter();
    let person = account.and_then(|account| posts.find(|post| post.account == account));
    match (person, task.unit) {
        (Some(post), _) if post.subject.is_some() => None,
        (_, Some(unit)) => Some(unit),
        (Some(post), None) => Some(post.unit),
        (None, None) => None,
    }
}

pub(super) fn word(text: &str) -> Value {
    Value::Text(text.to_owned())
}
