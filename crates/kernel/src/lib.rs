//! Pure decisions: may this person do this, what changes, which colour. No I/O, no clock, no chance.
//!
//! **Invariant:** `kernel` knows no subsystem by name and reads nothing but its arguments.

mod act;
mod actor;
mod begin;
mod colour;
mod commit;
mod decide;
mod entry;
mod hooks;
mod input;
mod mask;
mod record;
mod refusal;
mod rights;

pub use act::{WORDS_CHARS_MAX, Words, act, may};
pub use actor::{Actor, Power, area_prefix};
pub use begin::may_begin;
pub use catalogue::{
    Action, Catalogue, Field, FieldIx, Grade, Kind, Lang, Register, RegisterIx, Source, StateIx,
    Verb,
};
pub use colour::{Colour, colour, colour_for, sees_warning};
pub use commit::{Change, Commit, Event, Meta, Relied, What};
pub use decide::{Decision, Ground, ParamValues, blank, create, edit, latest_value, recompute};
pub use expr::{Dec, Id, Moment, Point, Value};
pub use hooks::{Compute, Effect, Guard, Hook, Hooks, Intent, Reads, Situation};
pub use input::{Found, Raw, World, parse};
pub use mask::masked;
pub use record::{Datum, FileRef, Record, RowData, View};
pub use refusal::{Blame, Reason, Refusal};
pub use rights::{Scope, Span, covers, scope, sees_field};
