//! The course of a matter (办件) from step to step: whose turn it is, what follows when it moves, and
//! what people may do with a turn. Pure, as everything here: the house's records go in, changes come out.
//!
//! **Invariant:** a step changes only together with its turns, and an open turn only with its matter.

mod acts;
mod book;
mod clocks;
mod desk;
mod handover;
mod lamp;
mod proceed;
mod seat;
mod shift;
mod turn;
mod watch;

pub use acts::{OnTurn, REMIND_HOURS_MIN};
pub use book::{Course, House, Task, TaskKind, UNDONE, Writer, belongs};
pub use clocks::{read_clock, read_limit};
pub use desk::{CREATOR, Desk, Directory, NoDesk, Post, Roles, Unit, Whereabouts, desks, pools};
pub use lamp::{days_late, days_left, lamp};
pub use proceed::{Beginning, Flow, Ids, Moved, whereabouts};
pub use shift::{ClockShift, LimitShift, Shift};
pub use watch::{Level, Rules, Watched, Whole, reached};

pub(crate) use turn::{destination, turn_for, unread};
