//! Pure decisions: may this person do this, what changes, which colour. No I/O, no clock, no chance.
//!
//! **Invariant:** `kernel` knows no subsystem by name and reads nothing but its arguments.

mod act;
mod actor;
mod apart;
mod begin;
mod colour;
mod commit;
mod decide;
mod difference;
mod effect;
mod entry;
mod examine;
pub mod flow;
mod follow;
mod ground;
mod hooks;
mod input;
mod mask;
mod record;
mod refusal;
mod rights;
mod sight;
mod typed;
pub mod units;

pub use act::{WORDS_CHARS_MAX, Words, act, may};
pub use actor::{Actor, Freshness, PROOF_MINUTES, Power, area_prefix};
pub use apart::{Side, other_side};
pub use begin::{blank, may_begin, stood_for};
pub use catalogue::{
    Action, Catalogue, Field, FieldIx, Grade, Kind, Lang, Reading, Register, RegisterIx, Source,
    StateIx, Verb,
};
pub use colour::{Colour, colour, colour_for, sees_warning};
pub use commit::{Capacity, Change, Commit, Event, Meta, Once, Relied, What};
pub use decide::{Decision, create, edit};
pub use effect::{act_for, make_for, make_with_rows, set_for};
pub use expr::{Dec, Id, Moment, Point, Value};
pub use follow::{latest_value, recompute};
pub use ground::{Ground, ParamValues, Profile};
pub use hooks::{ChildRows, Compute, Effect, Guard, Hook, Hooks, Intent, Reads, Situation};
pub use input::{Found, Raw, World, parse};
pub use mask::masked;
pub use record::{Datum, FileRef, Record, RowData, View};
pub use refusal::{Blame, Reason, Refusal};
pub use rights::{Scope, Span, Whose, covers, may_share_views, scope, sees_field};
pub use sight::{Sight, sight};
pub use speech::{Said, said};
