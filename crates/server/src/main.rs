//! `jinzhi`: the whole house in one program. Reads the command line and the configuration, wires
//! the rooms together, and runs one command.

mod bench;
mod broke;
mod cli;
mod commands;
mod config;
mod data;
mod definitions;
mod generate;
mod keys;
mod samples;
mod say;
mod serve;

use std::process::ExitCode;

use clap::Parser;

use cli::Cli;
use say::{Done, Told};

/// The command did what was asked, and what it checked is in order.
const EXIT_DONE: u8 = 0;
/// The answer is no: definitions with faults, rows refused, a ledger that was altered.
const EXIT_NO: u8 = 1;
/// The command could not do its work: wrong usage (clap says the same), or the world broke.
const EXIT_BROKE: u8 = 2;

fn main() -> ExitCode {
    ExitCode::from(match commands::run(Cli::parse()) {
        Ok(Done::Yes) => EXIT_DONE,
        Ok(Done::No) => EXIT_NO,
        Err(error) if error.is::<Told>() => {
            say::aside(&error);
            EXIT_NO
        }
        Err(error) if say::is_closed_pipe(&error) => EXIT_DONE,
        Err(error) => {
            say::aside(broke::sentence(&error));
            EXIT_BROKE
        }
    })
}
