//! Tests of the whole house, in one binary: each module is a part of it.

mod commands;
mod product;
mod rights;
mod scenarios;
mod walk;
mod world;
