//! Units (单位): the tree as it stands on a day, and the acts by which units merge, split, move, are
//! renamed and closed, each tried first and then done as a whole.

mod book;
mod change;
mod deed;
mod due;
mod preview;
mod told;
mod tree;
mod undo;
mod words;

pub(crate) use book::Known;
pub use change::{UnitAsk, UnitChanged};
pub use preview::{AreaLine, PostLine, RecordLine, TaskLine, UnitPreview};
pub use tree::{AreaView, ChangeView, FormerView, UnitPage, UnitPost, UnitRow, UnitTree};
