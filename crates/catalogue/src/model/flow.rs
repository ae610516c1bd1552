//! How a record moves: states with their phase, limit and turn, the actions between them, and the
//! clocks of law over the whole way.

use calendar::Limit;
use expr::Checked;

use super::{FieldIx, Label, StateIx};

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

/// The word in `turn`, `only_by` and `not_by` for whoever made the record.
pub const CREATOR: &str = "creator";
/// The word in `by` for the program itself: a flow, or the effect of another act. No role has it.
pub const BY_SYSTEM: &str = "system";

#[derive(Clone, Debug)]
pub struct State {
    pub name: String,
    pub label: Label,
    pub phase: Phase,
    /// Statutory limit for leaving the state, as written: "30 days", "3 workdays".
    pub limit: Option<Limit>,
    /// In place of a limit: a date of the record, up to whose end there is time ("until due_on").
    pub until: Option<FieldIx>,
    /// Roles whose turn it is here, or [`CREATOR`] alone; empty: nobody's.
    pub turn: Vec<String>,
    pub mode: TurnMode,
    /// Ground of law, a word of `calendar::Reason`, for which the clocks of the whole matter stand
    /// still here.
    pub pause: Option<String>,
    /// The public sees this step of a matter.
    pub public: bool,
    pub law: Option<String>,
    /// Only matters that began by an older flow know it; the definitions do not.
    pub retired: bool,
}

/// How many of those whose turn it is must act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TurnMode {
    /// 或签: whoever acts first decides.
    Any,
    /// 会签: each role of the turn must agree.
    All,
    /// 依次: each role must agree, one after another in the order of the turn.
    InTurn,
}

impl TurnMode {
    pub const ALL: [TurnMode; 3] = [TurnMode::Any, TurnMode::All, TurnMode::InTurn];

    pub fn word(self) -> &'static str {
        match self {
            TurnMode::Any => "any",
            TurnMode::All => "all",
            TurnMode::InTurn => "in_turn",
        }
    }

    pub fn from_word(word: &str) -> Option<TurnMode> {
        TurnMode::ALL.into_iter().find(|mode| mode.word() == word)
    }
}

#[derive(Clone, Debug)]
pub struct Action {
    pub name: String,
    pub label: Label,
    pub from: Vec<StateIx>,
    /// `None`: the state stays as it is, unless the action goes `back`.
    pub to: Option<StateIx>,
    pub by: Vec<String>,
    pub when: Option<Checked>,
    /// Guard hook.
    pub guard: Option<String>,
    /// Fields that must have a value before or with the act.
    pub needs: Vec<FieldIx>,
    /// Fields asked for with the act.
    pub fields: Vec<FieldIx>,
    /// Columns of child rows that alone are asked for with the act, by their place; the other columns
    /// are read, and no row comes or goes.
    pub columns: Vec<(FieldIx, Vec<usize>)>,
    /// Fields set by the act: value of an expression.
    pub set: Vec<(FieldIx, Checked)>,
    pub reason: bool,
    pub opinion: bool,
    /// Effect hooks, in order.
    pub then: Vec<String>,
    /// The creator of the record may not act (maker is never approver).
    pub not_by_creator: bool,
    pub law: Option<String>,
    /// 退回: in place of `to`, to a step the matter went through.
    pub back: Option<Back>,
    /// 撤回: only while nobody whose turn it is has opened the matter.
    pub unread: bool,
    /// Only the creator of the record may act.
    pub only_by_creator: bool,
    /// In a step of several signers: closes one's own part, and takes effect with the last.
    pub agrees: bool,
    /// May be taken on many matters at once (批量).
    pub batch: bool,
    /// Has legal effect: fresh sign-in, a page to check, no undo.
    pub legal: bool,
    /// Roles that get a copy (抄送).
    pub copies: Vec<String>,
    /// Standard opinions.
    pub phrases: Vec<Label>,
    /// Clock that the act extends, once.
    pub extends: Option<String>,
}

impl Action {
    /// Whether the record leaves its state by the act.
    pub fn moves(&self) -> bool {
        self.to.is_some() || self.back.is_some()
    }
}

/// How far an action goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Back {
    /// To the step before.
    Step,
    /// To any step the matter went through; the person names it.
    Any,
}

impl Back {
    pub const ALL: [Back; 2] = [Back::Step, Back::Any];

    pub fn word(self) -> &'static str {
        match self {
            Back::Step => "step",
            Back::Any => "any",
        }
    }

    pub fn from_word(word: &str) -> Option<Back> {
        Back::ALL.into_iter().find(|back| back.word() == word)
    }
}

/// A limit of law over the whole matter (`[clocks.NAME]`).
#[derive(Clone, Debug)]
pub struct ClockRule {
    pub name: String,
    pub title: Label,
    /// States whose entering starts it.
    pub from: Vec<StateIx>,
    /// States whose entering ends it.
    pub until: Vec<StateIx>,
    pub limit: Limit,
    /// Shorter limit that the bureau promised in public.
    pub promised: Option<Limit>,
    /// By how much it may be extended, once.
    pub extend: Option<Limit>,
    pub law: Option<String>,
}
