//! Dev tools of the house: tidy and the crash harness.

mod crash;
mod repo;
mod tidy;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask", about = "Dev tools of the house")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Say everything that is not tidy (also a test)
    Tidy {
        /// Print the list of old cases as it would have to be
        #[arg(long)]
        count: bool,
    },
    /// Kill the real server under load, again and again, and look for what is lost or half done
    Crash(crash::Ask),
}

fn main() -> Result<ExitCode> {
    let root = repo::root();
    match Args::parse().task {
        Task::Tidy { count: true } => print!("{}", tidy::count(&root)?),
        Task::Tidy { count: false } => {
            let said = tidy::complaints(&root)?;
            for one in &said {
                eprintln!("{one}");
            }
            println!("{} complaints", said.len());
            return Ok(if said.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
        Task::Crash(ask) => {
            let good = crash::run(&ask)?;
            return Ok(if good {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}
