//! The condition language and the values it speaks of: parse, type-check, evaluate one record
//! in memory, write as SQL for many.

pub mod value;

pub use value::{Dec, Id, Moment, Point, Type, Value};
