//! Tests of the whole house, in one binary: each module is a part of it.

mod commands;
