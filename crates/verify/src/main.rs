//! `jinzhi-verify` tells an auditor whether anyone edited, removed, inserted or moved a row, a
//! history entry, a ledger line or an attachment behind the program's back, and names each place.
//!
//! It is written from `docs/ledger.md` alone, shares no code with the writer, and only reads.

mod args;
mod beside;
mod body;
mod check;
mod database;
mod error;
mod export;
mod files;
mod hash;
mod log;
mod moment;
mod note;
mod report;
mod rows;

#[cfg(test)]
mod tests;

use args::{Args, Ask, Output};
use std::process::ExitCode;

const WHOLE: u8 = 0;
const FAULTS: u8 = 1;
const UNREADABLE: u8 = 2;

fn main() -> ExitCode {
    let code = match args::parse(std::env::args_os().skip(1)) {
        Ok(Ask::Help) => {
            print(args::USAGE);
            WHOLE
        }
        Ok(Ask::Version) => {
            print(concat!("jinzhi-verify ", env!("CARGO_PKG_VERSION"), "\n"));
            WHOLE
        }
        Ok(Ask::Check(args)) => run(&args),
        Err(what) => {
            eprintln!("{what}\n\n{}", args::USAGE);
            UNREADABLE
        }
    };
    ExitCode::from(code)
}

fn run(args: &Args) -> u8 {
    let mut report = report::Report::default();
    let outcome = check::check(args, &mut report);
    let unreadable = outcome.as_ref().err().map(ToString::to_string);
    print(&match args.output {
        Output::Text => report.to_text(unreadable.as_deref()),
        Output::Json => report.to_json(unreadable.as_deref()),
    });
    exit_code(&outcome, &report)
}

fn exit_code(outcome: &Result<(), error::Error>, report: &report::Report) -> u8 {
    match outcome {
        Err(_) => UNREADABLE,
        Ok(()) if report.is_whole() => WHOLE,
        Ok(()) => FAULTS,
    }
}

/// A closed pipe (`| head`) must not hide the exit code behind a panic.
fn print(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}
