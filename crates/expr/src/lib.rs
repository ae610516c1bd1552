//! The condition language and the values it speaks of: parse, type-check, evaluate one record
//! in memory, write as SQL for many.
//!
//! A condition goes one way: [`parse`] makes an [`Ast`], [`check`] resolves its names through a
//! [`Scope`] and makes a [`Checked`], which is evaluated against an [`Env`]; [`Checked::fold`] puts
//! parameters and the day in and makes a [`Folded`], which is written as [`Sql`].
//!
//! Numbers: `+ - *` on whole numbers, decimals and money are exact; a product with more places than
//! [`DECIMAL_PLACES_MAX`], and every quotient, is a float. Money is held in 分 and written in 元.
//! A whole number that leaves 64 bits becomes a float, as in SQLite. Dates stay within the years
//! 0000 to 9999: a sum beyond them stops there, so that 9999-12-31 may stand for "for ever".

mod ast;
mod check;
mod day;
mod eval;
mod fault;
mod fold;
mod lex;
mod node;
mod num;
mod parse;
mod scope;
mod sql;
pub mod template;
#[cfg(test)]
mod tests;
pub mod value;

pub use ast::Ast;
pub use check::check;
pub use day::{DATE_MAX, DATE_MIN, add_days, add_months, days_between};
pub use fault::Fault;
pub use lex::CONDITION_BYTES_MAX;
pub use node::{Checked, Folded};
pub use parse::{CONDITION_TERMS_MAX, NESTING_MAX, parse};
pub use scope::{Constants, Env, Fixed, Key, Scope, Symbol};
pub use sql::{ColumnRef, Dialect, Sql};
pub use template::Template;
pub use value::{DECIMAL_PLACES_MAX, Dec, Id, Moment, Point, Type, Value, ValueError};
