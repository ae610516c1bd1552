//! One file a command; each says what it did in sentences.

pub mod calendar;
mod check;
mod demo;
mod doc;
mod erase;
mod export;
pub mod flow;
mod generate;
mod import;
mod imports;
mod init;
mod ledger;
mod mail;
mod migrate;
mod profile;
mod serve;
mod token;
mod undo;
mod unit;
mod user;

use crate::bench;
use crate::cli::{Cli, Command};
use crate::definitions::Sources;
use crate::say::Done;

pub fn run(cli: Cli) -> anyhow::Result<Done> {
    let sources = Sources {
        folder: cli.definitions,
        overlays: Vec::new(),
    };
    match cli.command {
        Command::Init(ask) => init::run(&ask, &sources),
        Command::Serve(ask) => serve::run(&ask, &sources),
        Command::Demo(ask) => demo::run(&ask, &sources),
        Command::Check(ask) => check::run(&ask, sources),
        Command::Migrate(place) => migrate::run(&place, &sources),
        Command::Doc(ask) => doc::run(&ask, sources),
        Command::Profile(ask) => profile::run(&ask, &sources),
        Command::User(ask) => user::run(&ask, &sources),
        Command::Unit(ask) => unit::run(ask, &sources),
        Command::Token(ask) => token::run(&ask, &sources),
        Command::Import(ask) => import::run(&ask, &sources),
        Command::Imports(place) => imports::run(&place, &sources),
        Command::Calendar(ask) => calendar::run(&ask, &sources),
        Command::Flow(ask) => flow::run(&ask, &sources),
        Command::Undo(ask) => undo::run(&ask, &sources),
        Command::Export(ask) => export::run(&ask, &sources),
        Command::Generate(ask) => generate::run(&ask, &sources),
        Command::Ledger(ask) => ledger::run(&ask, &sources),
        Command::Erase(ask) => erase::run(&ask, &sources),
        Command::Mail(ask) => mail::run(&ask),
        Command::Bench(ask) => bench::run(&ask, &sources),
        Command::BenchBare(ask) => bench::run_bare(&ask),
    }
}
