//! Doors: the home page that a role has, and what registers offer on it.

use super::{FieldIx, Grade, Label, StateIx};

/// One of the ways into the house. Each has a home page of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Door {
    /// 科室: many matters, close lines, keys.
    #[default]
    Desk,
    /// 站所: on the way with a phone.
    Station,
    /// 镇街
    Town,
    /// 企业
    Enterprise,
    /// 领导: what must be decided, what goes wrong.
    Leader,
    /// 三员
    Admin,
    /// 社会公众
    Public,
}

impl Door {
    pub const ALL: [Door; 7] = [
        Door::Desk,
        Door::Station,
        Door::Town,
        Door::Enterprise,
        Door::Leader,
        Door::Admin,
        Door::Public,
    ];

    /// The word in definitions.
    pub fn word(self) -> &'static str {
        match self {
            Door::Desk => "desk",
            Door::Station => "station",
            Door::Town => "town",
            Door::Enterprise => "enterprise",
            Door::Leader => "leader",
            Door::Admin => "admin",
            Door::Public => "public",
        }
    }

    pub fn from_word(word: &str) -> Option<Door> {
        Door::ALL.into_iter().find(|door| door.word() == word)
    }
}

/// Something of a register that stands on home pages.
#[derive(Clone, Debug)]
pub struct Offer {
    pub name: String,
    /// `None`: the title of the list.
    pub label: Option<Label>,
    pub doors: Vec<Door>,
    /// Small first; equal ones in the order of definition.
    pub order: i64,
    pub leads: Leads,
}

/// Where an offer leads.
#[derive(Clone, Debug)]
pub enum Leads {
    /// The form of a new record that begins there, with what is known of it already.
    Begin {
        state: StateIx,
        with: Vec<(FieldIx, String)>,
    },
    /// A declared list with the number of its rows, and the lamp under which they all stand.
    List { name: String, colour: Option<Grade> },
}
