//! The checked definitions as an immutable value: what every room above reads instead of the text.
//!
//! **Invariant:** a `Catalogue` exists only when its whole text is free of faults, so indices are
//! always in range and names always resolve.

use std::collections::{BTreeMap, HashMap};

use expr::{Checked, Template, Type, Value};
use indexmap::IndexMap;

/// Index of a register in `Catalogue::registers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegisterIx(pub usize);

/// Index of a field in `Register::fields`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldIx(pub usize);

/// Index of a state in `Register::states`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateIx(pub usize);

/// Language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

/// A label in Chinese, with English where `en.toml` has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Label {
    pub zh: String,
    pub en: Option<String>,
}

impl Label {
    pub fn new(zh: impl Into<String>) -> Label {
        Label {
            zh: zh.into(),
            en: None,
        }
    }

    /// The text in that language; Chinese where there is no English.
    pub fn get(&self, lang: Lang) -> &str {
        match (lang, &self.en) {
            (Lang::En, Some(en)) => en,
            _ => &self.zh,
        }
    }
}

/// Everything that is defined, checked.
#[derive(Clone, Debug)]
pub struct Catalogue {
    pub roles: IndexMap<String, Role>,
    pub subsystems: IndexMap<String, Subsystem>,
    pub registers: Vec<Register>,
    /// By qualified name `subsystem.register`.
    pub names: HashMap<String, RegisterIx>,
    /// By qualified name `subsystem.list`.
    pub choices: IndexMap<String, ChoiceList>,
    /// SM3 of the whole text, overlays included; short form in history entries.
    pub hash: [u8; 32],
}

impl Catalogue {
    pub fn register(&self, name: &str) -> Option<RegisterIx> {
        self.names.get(name).copied()
    }

    pub fn register_by_path(&self, path: &str) -> Option<RegisterIx> {
        self.registers
            .iter()
            .position(|r| r.path == path)
            .map(RegisterIx)
    }

    pub fn at(&self, ix: RegisterIx) -> &Register {
        &self.registers[ix.0]
    }

    /// All registers with their index, in order of definition.
    pub fn all(&self) -> impl Iterator<Item = (RegisterIx, &Register)> {
        self.registers
            .iter()
            .enumerate()
            .map(|(i, r)| (RegisterIx(i), r))
    }

    pub fn choice(&self, list: &str) -> &ChoiceList {
        &self.choices[list]
    }
}

/// A role that accounts hold and definitions name.
#[derive(Clone, Debug)]
pub struct Role {
    pub name: String,
    pub label: Label,
    /// Layer of `organisation.md` §2: "L1".."L4", "upper", "public", "admin".
    pub layer: String,
}

#[derive(Clone, Debug)]
pub struct Subsystem {
    pub name: String,
    pub title: Label,
    pub uses: Vec<String>,
    /// Order in the menu, small first.
    pub order: i64,
}

#[derive(Clone, Debug)]
pub struct ChoiceList {
    /// Qualified name `subsystem.list`.
    pub name: String,
    pub title: Label,
    /// Entries may be added by a bureau on a page or in an overlay.
    pub open: bool,
    pub entries: IndexMap<String, Entry>,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub label: Label,
    /// Entry of the list of the field named by `Kind::Choice::under` to which this one belongs.
    pub under: Option<String>,
    /// Heading under which the entry stands in long lists.
    pub group: Option<String>,
    /// No longer offered for new values, still valid on old records.
    pub retired: bool,
}

/// One register: its record type, table, pages, rights and flow.
#[derive(Clone, Debug)]
pub struct Register {
    /// Qualified name `subsystem.register`.
    pub name: String,
    pub subsystem: String,
    /// Last part of the name.
    pub short: String,
    pub title: Label,
    /// Path of its pages, unique: `equipment` gives `/equipment/…`.
    pub path: String,
    /// How a record is named to people: `{code} {name}`. Keys are field names.
    pub shown: Template,
    pub about: Option<RegisterIx>,
    /// Field that says in whose area a record lies.
    pub reach: Option<FieldIx>,
    /// Who sees the record as its own.
    pub owner: Option<Owner>,
    /// Field that dates a record among its siblings, for `latest`.
    pub dated: Option<FieldIx>,
    pub version: u32,
    /// Line of help shown on its list page.
    pub note: Option<Label>,
    pub law: Option<String>,
    /// Not in the menu; records are reached from others.
    pub menu: bool,
    pub fields: Vec<Field>,
    /// Field names to indices, for quick look-ups.
    pub field_names: HashMap<String, FieldIx>,
    pub form: Vec<Section>,
    pub states: Vec<State>,
    /// States a new record may begin in; the first is the default. Empty when there are no states.
    pub begins: Vec<StateIx>,
    pub actions: Vec<Action>,
    pub params: Vec<Param>,
    pub warnings: Vec<Warning>,
    pub lists: Vec<List>,
    pub checks: Vec<Check>,
    pub indexes: Vec<Index>,
    pub statistics: Vec<Statistic>,
    pub permissions: IndexMap<String, Permission>,
    /// Field names that were renamed: (old, new).
    pub renamed: Vec<(String, String)>,
    /// Conditions as written, by path: `actions.resume.when`, `fields.load_kg.when`.
    pub written: BTreeMap<String, String>,
    /// SM3 of this register's text with overlays; the first 8 bytes in hex go into history.
    pub hash: [u8; 32],
}

impl Register {
    pub fn field(&self, name: &str) -> Option<FieldIx> {
        self.field_names.get(name).copied()
    }

    pub fn get(&self, ix: FieldIx) -> &Field {
        &self.fields[ix.0]
    }

    pub fn state(&self, name: &str) -> Option<StateIx> {
        self.states.iter().position(|s| s.name == name).map(StateIx)
    }

    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|a| a.name == name)
    }

    pub fn list(&self, name: &str) -> Option<&List> {
        self.lists.iter().find(|l| l.name == name)
    }

    pub fn all_fields(&self) -> impl Iterator<Item = (FieldIx, &Field)> {
        self.fields.iter().enumerate().map(|(i, f)| (FieldIx(i), f))
    }

    /// The unique field by which imports know a record, if there is one.
    pub fn key(&self) -> Option<FieldIx> {
        self.fields.iter().position(|f| f.unique).map(FieldIx)
    }
}

/// Who sees a record as its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The record named by this ref field.
    Field(FieldIx),
    /// The record itself (`owner = "id"`).
    Itself,
}

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

#[derive(Clone, Debug)]
pub struct Section {
    pub name: String,
    pub title: Label,
    pub fields: Vec<FieldIx>,
    pub when: Option<Checked>,
}

/// The kernel's word for where a matter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    Draft,
    Waiting,
    Open,
    Done,
    Void,
}

impl Phase {
    pub const ALL: [Phase; 5] = [
        Phase::Draft,
        Phase::Waiting,
        Phase::Open,
        Phase::Done,
        Phase::Void,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Phase::Draft => "draft",
            Phase::Waiting => "waiting",
            Phase::Open => "open",
            Phase::Done => "done",
            Phase::Void => "void",
        }
    }

    pub fn from_word(word: &str) -> Option<Phase> {
        Phase::ALL.into_iter().find(|p| p.word() == word)
    }
}

#[derive(Clone, Debug)]
pub struct State {
    pub name: String,
    pub label: Label,
    pub phase: Phase,
    /// Statutory limit for leaving the state, as written: "30 days", "3 workdays".
    pub limit: Option<Limit>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub count: u32,
    pub unit: LimitUnit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitUnit {
    Hours,
    Days,
    Workdays,
    Months,
}

#[derive(Clone, Debug)]
pub struct Action {
    pub name: String,
    pub label: Label,
    pub from: Vec<StateIx>,
    /// `None`: the state stays as it is.
    pub to: Option<StateIx>,
    pub by: Vec<String>,
    pub when: Option<Checked>,
    /// Guard hook.
    pub guard: Option<String>,
    /// Fields that must have a value before or with the act.
    pub needs: Vec<FieldIx>,
    /// Fields asked for with the act.
    pub fields: Vec<FieldIx>,
    /// Fields set by the act: value of an expression.
    pub set: Vec<(FieldIx, Checked)>,
    pub reason: bool,
    pub opinion: bool,
    /// Effect hooks, in order.
    pub then: Vec<String>,
    /// The creator of the record may not act (maker is never approver).
    pub not_by_creator: bool,
    pub law: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Param {
    pub name: String,
    pub label: Label,
    pub ty: Type,
    pub default: Value,
    pub min: Option<Value>,
    pub max: Option<Value>,
    pub law: Option<String>,
}

/// Grades from grave to slight; the first that holds gives the colour.
#[derive(Clone, Debug)]
pub struct Warning {
    pub name: String,
    pub title: Label,
    pub about: FieldIx,
    pub only: Option<Checked>,
    pub grades: Vec<GradeRule>,
}

#[derive(Clone, Debug)]
pub struct GradeRule {
    pub grade: Grade,
    pub when: Checked,
    pub message: Option<Template>,
    pub tell: Vec<String>,
}

/// Colour of a date that matters, with its own shape and word (`risk-and-alerts.md` §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    Expired,
    Crimson,
    Red,
    Yellow,
    Green,
    Unknown,
    NotApplicable,
}

impl Grade {
    pub const ALL: [Grade; 7] = [
        Grade::Expired,
        Grade::Crimson,
        Grade::Red,
        Grade::Yellow,
        Grade::Green,
        Grade::Unknown,
        Grade::NotApplicable,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Grade::Expired => "expired",
            Grade::Crimson => "crimson",
            Grade::Red => "red",
            Grade::Yellow => "yellow",
            Grade::Green => "green",
            Grade::Unknown => "unknown",
            Grade::NotApplicable => "none",
        }
    }
}

#[derive(Clone, Debug)]
pub struct List {
    pub name: String,
    pub title: Label,
    pub only: Option<Checked>,
    pub columns: Vec<Column>,
    pub sort: Vec<Sort>,
    /// Fields offered in the query form before it is unfolded.
    pub filters: Vec<FieldIx>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Field(FieldIx),
    State,
    Colour,
    ChangedAt,
    CreatedAt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub by: Column,
    pub descending: bool,
}

/// A rule over the whole record, checked when it is saved.
#[derive(Clone, Debug)]
pub struct Check {
    pub name: String,
    pub holds: Checked,
    pub when: Option<Checked>,
    pub message: Label,
    /// Fields at which the message stands.
    pub fields: Vec<FieldIx>,
    /// Only warn, do not refuse.
    pub warns: bool,
    pub law: Option<String>,
}

/// Columns of a declared index; the store adds `id`. Lists sort only by such columns.
#[derive(Clone, Debug)]
pub struct Index {
    pub name: String,
    pub columns: Vec<Column>,
}

/// Parsed and checked now, counted by a later room.
#[derive(Clone, Debug)]
pub struct Statistic {
    pub name: String,
    pub title: Label,
    pub only: Option<Checked>,
    pub by: Vec<Column>,
}

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
