//! Conditions answer alike in memory and in SQL, and faults say what and where.

mod agree;
mod faults;
mod fold;
mod operators;
mod world;
