//! Where a turn lies: on one person's desk, in the pool of a unit, or with the people of an
//! enterprise; and how the right unit is found for a matter.

use std::fmt;
use std::str::FromStr;

use catalogue::{Catalogue, Reach, Register, Verb};
use expr::Id;

use crate::{Actor, Power, Record, area_prefix};

/// Copies lie apart on each desk.
const COPIES: &str = "c-";

/// Whoever made the record, as the word of `turn`.
pub const CREATOR: &str = "creator";

/// The place where an open turn is found; in the store its text, one index for everybody's list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Desk {
    /// One person: claimed, assigned, or the maker's own.
    Person(Id),
    /// Whoever holds one of the roles in the unit.
    Unit(Id, Roles),
    /// Whoever holds one of the roles for the enterprise.
    Owner(Id, Roles),
    /// Nobody was found; the bureau must place it.
    Nobody(Roles),
}

/// Roles of a turn, in the order of the definition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Roles(pub Vec<String>);

impl Roles {
    pub fn has(&self, role: &str) -> bool {
        self.0.iter().any(|r| r == role)
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("+"))
    }
}

impl From<&str> for Roles {
    fn from(text: &str) -> Roles {
        let roles = text.split('+').filter(|role| !role.is_empty());
        Roles(roles.map(str::to_owned).collect())
    }
}

impl fmt::Display for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Desk::Person(id) => write!(f, "a:{id}"),
            Desk::Unit(id, roles) => write!(f, "u:{id}:{roles}"),
            Desk::Owner(id, roles) => write!(f, "s:{id}:{roles}"),
            Desk::Nobody(roles) => write!(f, "n:{roles}"),
        }
    }
}

/// A text that names no desk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” names no desk")]
pub struct NoDesk(String);

impl FromStr for Desk {
    type Err = NoDesk;

    fn from_str(text: &str) -> Result<Desk, NoDesk> {
        let no = || NoDesk(text.to_owned());
        let id = |text: &str| text.parse::<Id>().map_err(|_| no());
        let mut parts = text.splitn(3, ':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("a"), Some(who), None) => Ok(Desk::Person(id(who)?)),
            (Some("u"), Some(unit), Some(roles)) => Ok(Desk::Unit(id(unit)?, roles.into())),
            (Some("s"), Some(owner), Some(roles)) => Ok(Desk::Owner(id(owner)?, roles.into())),
            (Some("n"), Some(roles), None) => Ok(Desk::Nobody(roles.into())),
            _ => Err(no()),
        }
    }
}

impl Desk {
    /// How a desk holds copies: apart from what must be handled.
    pub fn of_copies(&self) -> String {
        format!("{COPIES}{self}")
    }

    /// Reads either.
    pub fn of_record(text: &str) -> Result<Desk, NoDesk> {
        text.strip_prefix(COPIES).unwrap_or(text).parse()
    }

    /// Whether the actor may take what lies here.
    pub fn admits(&self, actor: &Actor) -> bool {
        let Power::Role(role) = &actor.power else {
            return actor.power == Power::Operator;
        };
        match self {
            Desk::Person(id) => *id == actor.seat(),
            Desk::Unit(unit, roles) => *unit == actor.unit && roles.has(role),
            Desk::Owner(owner, roles) => Some(*owner) == actor.subject && roles.has(role),
            Desk::Nobody(_) => false,
        }
    }

    pub fn is_pool(&self) -> bool {
        matches!(self, Desk::Unit(..) | Desk::Owner(..))
    }
}

/// Every desk at which the actor finds turns: his own (that of whomever he stands in for, while he does)
/// and the pools of the post he acts in.
pub fn desks(catalogue: &Catalogue, actor: &Actor) -> Vec<Desk> {
    let Power::Role(role) = &actor.power else {
        return Vec::new();
    };
    let mut desks = vec![Desk::Person(actor.seat())];
    for roles in pools(catalogue).into_iter().filter(|roles| roles.has(role)) {
        if let Some(subject) = actor.subject {
            desks.push(Desk::Owner(subject, roles.clone()));
        }
        desks.push(Desk::Unit(actor.unit, roles));
    }
    desks
}

/// The different sets of roles that turns and copies go to: few, known from the definitions.
pub fn pools(catalogue: &Catalogue) -> Vec<Roles> {
    let mut pools: Vec<Roles> = Vec::new();
    let ways = catalogue.all().flat_map(|(ix, _)| catalogue.ways(ix));
    for register in ways.filter(|r| r.is_flow()) {
        for state in register.states.iter().filter(|s| !s.turn.is_empty()) {
            // Roles of one state may lie in different units, so each subset in order can be a pool.
            pools.extend(subsets(&state.turn));
        }
        for action in &register.actions {
            pools.extend(subsets(&action.copies));
        }
    }
    pools.sort();
    pools.dedup();
    pools
}

/// Most roles a turn may name; the checker refuses more.
const TURN_ROLES_MAX: usize = 6;

fn subsets(roles: &[String]) -> Vec<Roles> {
    let roles = &roles[..roles.len().min(TURN_ROLES_MAX)];
    (1..1_u32 << roles.len())
        .map(|bits| {
            let chosen = roles
                .iter()
                .enumerate()
                .filter(|(n, _)| bits & (1 << n) != 0);
            Roles(chosen.map(|(_, role)| role.clone()).collect())
        })
        .collect()
}

/// Units and posts as they are now: who could take a turn. Kept in memory by `app`.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    pub units: Vec<Unit>,
    pub posts: Vec<Post>,
}

/// An active unit and the areas it covers now.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    pub id: Id,
    /// Division codes.
    pub areas: Vec<String>,
}

/// One person in one role at one unit, valid now.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    pub account: Id,
    pub role: String,
    pub unit: Id,
    pub subject: Option<Id>,
    /// Whom the holder stands in for.
    pub on_behalf: Option<Id>,
    /// The one register to which the post is limited.
    pub only: Option<String>,
}

impl Post {
    /// Whether the holder, or whomever he stands in for, made the record.
    pub(super) fn has_made(&self, record: &Record) -> bool {
        record.is_made_by(self.account) || self.on_behalf.is_some_and(|id| record.is_made_by(id))
    }

    /// Whether it reaches the register at all.
    pub fn reaches(&self, register: &Register) -> bool {
        self.only.as_ref().is_none_or(|only| *only == register.name)
    }
}

/// What a matter is placed by.
#[derive(Clone, Copy, Debug)]
pub struct Whereabouts<'a> {
    pub division: Option<&'a str>,
    pub subject: Option<Id>,
    pub creator: Id,
}

impl Directory {
    /// The desks of a turn: its roles grouped by where they are found, in the order of the definition.
    pub fn place(&self, register: &Register, turn: &[String], at: Whereabouts) -> Vec<Desk> {
        let mut desks: Vec<Desk> = Vec::new();
        let mut nobody = Roles::default();
        for role in turn {
            if role == CREATOR {
                desks.push(Desk::Person(at.creator));
                continue;
            }
            match self.find(register, role, at) {
                Some(found) => join(&mut desks, found),
                None => nobody.0.push(role.clone()),
            }
        }
        // Who takes up one of the other roles later finds the turn in the same pool.
        let own = |role: &str| {
            let right = register.permissions.get(role);
            right.is_some_and(|right| right.within == Reach::Own)
        };
        for desk in &mut desks {
            let (roles, of_owner) = match desk {
                Desk::Unit(_, roles) => (roles, false),
                Desk::Owner(_, roles) => (roles, true),
                Desk::Person(_) | Desk::Nobody(_) => continue,
            };
            nobody.0.retain(|role| {
                let fits = own(role) == of_owner;
                if fits {
                    roles.0.push(role.clone());
                }
                !fits
            });
            let place = |role: &String| turn.iter().position(|known| known == role);
            roles.0.sort_by_key(place);
        }
        if desks.is_empty() && !nobody.0.is_empty() {
            desks.push(Desk::Nobody(nobody));
        }
        desks
    }

    /// Where one role is found for a matter there: with its enterprise, or in the unit whose area
    /// fits it most closely.
    fn find(&self, register: &Register, role: &str, at: Whereabouts) -> Option<Desk> {
        let right = register.permissions.get(role)?;
        if !right.may.contains(&Verb::See) {
            return None;
        }
        let roles = Roles(vec![role.to_owned()]);
        match right.within {
            Reach::Own => {
                let subject = at.subject?;
                let mut held = self.holders(register, role);
                let held = held.any(|post| post.subject == Some(subject));
                held.then_some(Desk::Owner(subject, roles))
            }
            Reach::All => {
                let unit = self
                    .nearest(register, role, at.division)
                    .or_else(|| self.anywhere(register, role));
                unit.map(|unit| Desk::Unit(unit, roles))
            }
            Reach::Town | Reach::Station | Reach::Bureau | Reach::Below => {
                let unit = self.nearest(register, role, at.division);
                unit.map(|unit| Desk::Unit(unit, roles))
            }
        }
    }

    /// The unit that covers the division most closely and in which somebody holds the role.
    fn nearest(&self, register: &Register, role: &str, division: Option<&str>) -> Option<Id> {
        let division = division?;
        let fit = |unit: &Unit| {
            let prefixes = unit.areas.iter().map(|area| area_prefix(area));
            prefixes
                .filter(|p| division.starts_with(p))
                .map(str::len)
                .max()
        };
        let manned = |unit: Id| {
            let mut holders = self.holders(register, role);
            holders.any(|post| post.unit == unit)
        };
        // Units that fit are few, holders of a role are many: areas are asked first.
        let mut fitting: Vec<_> = self
            .units
            .iter()
            .filter_map(|unit| Some((fit(unit)?, std::cmp::Reverse(unit.id.0), unit.id)))
            .collect();
        fitting.sort_unstable_by(|one, other| other.cmp(one));
        let mut nearest_first = fitting.into_iter().map(|(_, _, id)| id);
        nearest_first.find(|unit| manned(*unit))
    }

    /// The unit whose area holds the division most closely, whoever works there.
    pub fn covering(&self, division: Option<&str>) -> Option<Id> {
        let division = division?;
        let fits = |area: &String| {
            let prefix = area_prefix(area);
            division.starts_with(prefix).then_some(prefix.len())
        };
        let closest = |unit: &Unit| unit.areas.iter().filter_map(fits).max();
        let fitting = self
            .units
            .iter()
            .filter_map(|unit| Some((closest(unit)?, unit.id)));
        let best = fitting.max_by_key(|(length, id)| (*length, std::cmp::Reverse(id.0)));
        best.map(|(_, id)| id)
    }

    /// Whether anybody works at the desk now, so that a word to it is read.
    pub fn is_manned(&self, desk: &Desk) -> bool {
        self.posts.iter().any(|post| match desk {
            Desk::Person(id) => post.account == *id,
            Desk::Unit(unit, roles) => post.unit == *unit && roles.has(&post.role),
            Desk::Owner(subject, roles) => post.subject == Some(*subject) && roles.has(&post.role),
            Desk::Nobody(_) => false,
        })
    }

    /// Any unit in which somebody holds the role: for roles whose right knows no area.
    fn anywhere(&self, register: &Register, role: &str) -> Option<Id> {
        let held = self.holders(register, role);
        held.map(|post| post.unit).min_by_key(|unit| unit.0)
    }

    /// The posts in which the role is held for matters of the register.
    fn holders<'d>(
        &'d self,
        register: &'d Register,
        role: &'d str,
    ) -> impl Iterator<Item = &'d Post> {
        let holds = move |post: &&Post| post.role == role && post.reaches(register);
        self.posts.iter().filter(holds)
    }

    /// The posts of a person.
    pub fn posts_of(&self, account: Id) -> impl Iterator<Item = &Post> {
        self.posts
            .iter()
            .filter(move |post| post.account == account)
    }
}

/// Roles found at the same place share one desk.
fn join(desks: &mut Vec<Desk>, found: Desk) {
    for desk in desks.iter_mut() {
        match (desk, &found) {
            (Desk::Unit(a, roles), Desk::Unit(b, more)) if a == b => {
                return roles.0.extend(more.0.iter().cloned());
            }
            (Desk::Owner(a, roles), Desk::Owner(b, more)) if a == b => {
                return roles.0.extend(more.0.iter().cloned());
            }
            _ => {}
        }
    }
    desks.push(found);
}
