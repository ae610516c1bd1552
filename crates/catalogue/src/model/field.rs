//! Fields: what they hold, what they promise, and where their values come from.

use expr::{Checked, Type, Value};

use super::{FieldIx, Label, Prefill, RegisterIx};

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub label: Label,
    pub hint: Option<Label>,
    pub kind: Kind,
    pub source: Source,
    pub required: bool,
    pub unique: bool,
    pub locked: bool,
    /// Sealed, masked, revealed only with right and reason.
    pub personal: bool,
    /// Sealed and never shown or searched (password hashes).
    pub secret: bool,
    pub search: bool,
    /// The field applies only where this holds.
    pub when: Option<Checked>,
    pub default: Option<Value>,
    /// What stands in its box before anything is typed; of several the first that holds something.
    pub prefill: Vec<Prefill>,
    /// Unit of measure shown after the value.
    pub unit: Option<String>,
    /// Hidden by the removal of an overlay: the column stays, nobody sees it.
    pub hidden: bool,
    /// Set once at creation, not changed afterwards by editing.
    pub fixed: bool,
}

impl Field {
    pub fn sealed(&self) -> bool {
        self.personal || self.secret
    }

    /// Type of its value in conditions; `None` for rows and files.
    pub fn ty(&self) -> Option<Type> {
        self.kind.ty()
    }

    /// Entered by people (not computed, not latest-of-child).
    pub fn typed(&self) -> bool {
        matches!(self.source, Source::Typed)
    }
}

/// Field types of the definition language.
#[derive(Clone, Debug)]
pub enum Kind {
    Text {
        max: usize,
    },
    LongText {
        max: usize,
    },
    Code {
        of: codes::Kind,
    },
    Int {
        min: Option<i64>,
        max: Option<i64>,
    },
    /// Fixed point; bounds as mantissa at `scale`.
    Decimal {
        scale: u8,
        min: Option<i64>,
        max: Option<i64>,
    },
    /// Integer 分 of CNY.
    Money {
        min: Option<i64>,
        max: Option<i64>,
    },
    Bool,
    /// `past`: not after today.
    Date {
        past: bool,
    },
    Moment,
    /// `under`: field of the same record whose value limits the entries offered.
    Choice {
        list: String,
        under: Option<FieldIx>,
    },
    Choices {
        list: String,
    },
    Ref {
        to: RegisterIx,
    },
    Division {
        level: DivisionLevel,
    },
    Phone,
    Email,
    Point,
    Files {
        accept: Vec<String>,
        max_mb: u32,
        count: u32,
    },
    Rows {
        fields: Vec<Field>,
        max: usize,
    },
}

impl Kind {
    pub fn ty(&self) -> Option<Type> {
        Some(match self {
            Kind::Text { .. } | Kind::LongText { .. } | Kind::Code { .. } => Type::Text,
            Kind::Phone | Kind::Email => Type::Text,
            Kind::Int { .. } => Type::Int,
            Kind::Decimal { scale, .. } => Type::Decimal { scale: *scale },
            Kind::Money { .. } => Type::Money,
            Kind::Bool => Type::Bool,
            Kind::Date { .. } => Type::Date,
            Kind::Moment => Type::Moment,
            Kind::Choice { list, .. } => Type::Choice(list.clone()),
            Kind::Choices { list } => Type::Choices(list.clone()),
            Kind::Ref { .. } => Type::Ref,
            Kind::Division { .. } => Type::Division,
            Kind::Point => Type::Point,
            Kind::Files { .. } | Kind::Rows { .. } => return None,
        })
    }

    /// Word of the definition language.
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Text { .. } => "text",
            Kind::LongText { .. } => "long_text",
            Kind::Code { .. } => "code",
            Kind::Int { .. } => "int",
            Kind::Decimal { .. } => "decimal",
            Kind::Money { .. } => "money",
            Kind::Bool => "bool",
            Kind::Date { .. } => "date",
            Kind::Moment => "date_time",
            Kind::Choice { .. } => "choice",
            Kind::Choices { .. } => "choices",
            Kind::Ref { .. } => "ref",
            Kind::Division { .. } => "division",
            Kind::Phone => "phone",
            Kind::Email => "email",
            Kind::Point => "point",
            Kind::Files { .. } => "files",
            Kind::Rows { .. } => "rows",
        }
    }
}

/// How fine a division must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DivisionLevel {
    Any,
    County,
    Town,
}

/// Where a field's value comes from.
#[derive(Clone, Debug)]
pub enum Source {
    Typed,
    /// By a `compute` hook of that name, on every change of the record.
    Computed {
        hook: String,
    },
    /// From the latest child record.
    Latest(Latest),
    /// Drawn by the store from a series when the record is made: `JC-{year}-{n}` (`number = "…"`).
    Number {
        pattern: String,
    },
}

/// Value of the latest record of `register` whose ref `by` points here.
#[derive(Clone, Debug)]
pub struct Latest {
    pub register: RegisterIx,
    pub field: FieldIx,
    /// Ref field of the child that points at this register.
    pub by: FieldIx,
    /// Date field of the child that orders them.
    pub order: FieldIx,
    /// Only children for which this holds (condition over the child).
    pub only: Option<Checked>,
}
