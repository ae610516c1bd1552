//! Tests of the whole house, in one binary: each module is a part of it.

mod attacks;
mod bound;
mod colleagues;
mod commands;
mod comments;
mod doors;
mod enrol;
mod entering;
mod foreign_tables;
mod hard_rules;
mod leaks;
mod matrix;
mod orders;
mod people;
mod planted;
mod prefill;
mod product;
mod records;
mod rights;
mod scenarios;
mod towns;
mod transfer;
mod versions;
mod walk;
mod world;
