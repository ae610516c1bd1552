//! Rights: which verbs a role has on a register, how far they reach, which fields they show.

use expr::Checked;

use super::FieldIx;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verb {
    See,
    Create,
    Edit,
    Import,
    Export,
    Reveal,
    Erase,
    /// Change params of the register.
    Tune,
}

impl Verb {
    pub const ALL: [Verb; 8] = [
        Verb::See,
        Verb::Create,
        Verb::Edit,
        Verb::Import,
        Verb::Export,
        Verb::Reveal,
        Verb::Erase,
        Verb::Tune,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Verb::See => "see",
            Verb::Create => "create",
            Verb::Edit => "edit",
            Verb::Import => "import",
            Verb::Export => "export",
            Verb::Reveal => "reveal",
            Verb::Erase => "erase",
            Verb::Tune => "tune",
        }
    }
}

/// How far a right reaches. All but `Own` and `All` mean the areas of the actor's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    Own,
    Town,
    Station,
    Bureau,
    Below,
    All,
}

impl Reach {
    pub const ALL: [Reach; 6] = [
        Reach::Own,
        Reach::Town,
        Reach::Station,
        Reach::Bureau,
        Reach::Below,
        Reach::All,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Reach::Own => "own",
            Reach::Town => "town",
            Reach::Station => "station",
            Reach::Bureau => "bureau",
            Reach::Below => "below",
            Reach::All => "all",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Permission {
    pub may: Vec<Verb>,
    pub within: Reach,
    /// Only these fields are seen; `None`: all.
    pub fields: Option<Vec<FieldIx>>,
    /// Only records for which this holds.
    pub only: Option<Checked>,
}
