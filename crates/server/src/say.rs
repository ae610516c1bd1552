//! What a command says: sentences for the operator, and how it ended.

use std::fmt;
use std::io::Write as _;

use app::No;
use kernel::Refusal;
use speech::{Lang, said};

/// How a command ended that could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Yes,
    /// The answer is no, and that was said.
    No,
}

/// A sentence that is the answer: the command was refused, nothing broke.
#[derive(Debug)]
pub struct Told(pub String);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Told {}

/// The language of the commands: English where `JINZHI_LANG=en`, else Chinese.
pub fn lang() -> Lang {
    match std::env::var("JINZHI_LANG") {
        Ok(word) if word.eq_ignore_ascii_case("en") => Lang::En,
        _ => Lang::Zh,
    }
}

pub fn told(sentence: impl Into<String>) -> anyhow::Error {
    Told(sentence.into()).into()
}

/// A refusal of `app` becomes its sentence, with every place at fault on a line of its own.
pub fn no(no: No) -> anyhow::Error {
    match no {
        No::Refused(refusal) => refused(&refusal),
        No::Broke(error) => error.into(),
    }
}

/// What stopped the work of the store, as far as the operator can put it right.
pub fn stopped(error: &store::Error) -> Option<anyhow::Error> {
    let store::Error::Twice {
        table,
        column,
        records,
    } = error
    else {
        return None;
    };
    let records = store::in_groups(records);
    Some(told(said!(
        "{table}.{column} 改为不得重复，但下列记录的值相同，请用原来的定义启动，改正后再试：{records}"
            / "{table}.{column} has become unique, but these records have the same value; start with the former definitions and put them right: {records}"
    ).get(lang())))
}

pub fn refused(refusal: &Refusal) -> anyhow::Error {
    let mut sentence = refusal.message.get(lang()).to_owned();
    for blame in refusal
        .blames
        .iter()
        .filter(|blame| blame.message != refusal.message)
    {
        sentence.push_str(&format!(
            "\n  {} {}",
            blame.pointer.trim_start_matches('/'),
            blame.message.get(lang())
        ));
    }
    told(sentence)
}

/// Whether the reader of our output went away, which is no fault.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

/// The error and what caused it, each cause once.
pub fn chain(error: &anyhow::Error) -> String {
    let mut said = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !said.contains(&cause) {
            said.push('：');
            said.push_str(&cause);
        }
    }
    said
}

/// Writes to standard output. Whoever closed the pipe (`| head`) has read enough; a server goes on.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes one line to standard output.
pub fn line(text: impl fmt::Display) {
    print(&format!("{text}\n"));
}

/// Writes one line to standard error, which may be a closed pipe as well.
pub fn aside(text: impl fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
