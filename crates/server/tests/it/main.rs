//! Tests of the whole house, in one binary: each module is a part of it.

mod attacks;
mod commands;
mod entering;
mod foreign_tables;
mod people;
mod product;
mod records;
mod rights;
mod scenarios;
mod walk;
mod world;
