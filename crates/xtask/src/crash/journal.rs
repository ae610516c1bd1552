//! What the writers did, on disk: every act before it is sent, every acknowledgement after it came.
//! Comparing begins from this file, synced, and from nothing in memory.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// What a writer knows of one thing, as a line of the journal.
pub trait Line: Clone {
    fn tag(&self) -> &str;
    fn line(&self) -> Value;
    fn of_line(line: &Value) -> Option<Self>;
}

/// The open journal; writers share it.
pub struct Journal {
    file: Mutex<File>,
    path: PathBuf,
}

/// What one round left behind.
pub struct Round<L> {
    /// Records as last acknowledged, by tag: those that were touched.
    pub acknowledged: BTreeMap<String, L>,
    /// Acts that were sent and not answered, by writer.
    pub in_flight: BTreeMap<usize, L>,
    /// Acknowledgements in all.
    pub acknowledgements: u64,
    /// Answers that were no acknowledgement: nothing of the kind should come.
    pub refusals: Vec<String>,
}

impl Journal {
    /// A journal for one round.
    pub fn create(path: &Path) -> Result<Journal> {
        let file = File::create(path).with_context(|| path.display().to_string())?;
        Ok(Journal {
            file: Mutex::new(file),
            path: path.to_path_buf(),
        })
    }

    /// The record as it will be if the act is done.
    pub fn begin(&self, writer: usize, record: &impl Line) -> Result<()> {
        self.write(json!({"w": writer, "begin": record.line()}))
    }

    /// The record as it was acknowledged.
    pub fn done(&self, writer: usize, record: &impl Line) -> Result<()> {
        self.write(json!({"w": writer, "done": record.line()}))
    }

    pub fn refused(&self, writer: usize, why: &str) -> Result<()> {
        self.write(json!({"w": writer, "refused": why}))
    }

    fn write(&self, line: Value) -> Result<()> {
        let mut file = self.file.lock().ok().context("a writer broke")?;
        file.write_all(format!("{line}\n").as_bytes())?;
        Ok(())
    }

    /// Syncs the journal and reads it back.
    pub fn close<L: Line>(self) -> Result<Round<L>> {
        let file = self.file.into_inner().ok().context("a writer broke")?;
        file.sync_all()?;
        drop(file);
        let mut round = Round {
            acknowledged: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            acknowledgements: 0,
            refusals: Vec::new(),
        };
        for line in fs::read_to_string(&self.path)?.lines() {
            round
                .take(&serde_json::from_str(line)?)
                .context("a line of the journal")?;
        }
        Ok(round)
    }
}

impl<L: Line> Round<L> {
    fn take(&mut self, line: &Value) -> Option<()> {
        let writer = usize::try_from(line["w"].as_u64()?).ok()?;
        if let Some(why) = line["refused"].as_str() {
            self.refusals.push(why.to_owned());
            self.in_flight.remove(&writer);
        } else if !line["begin"].is_null() {
            self.in_flight.insert(writer, L::of_line(&line["begin"])?);
        } else {
            let record = L::of_line(&line["done"])?;
            self.in_flight.remove(&writer);
            self.acknowledgements += 1;
            self.acknowledged.insert(record.tag().to_owned(), record);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crash::record::Record;

    #[test]
    fn what_was_answered_and_what_was_not_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::create(&dir.path().join("journal")).unwrap();
        let first = Record::new("W0-000001", 1);
        let second = Record {
            version: 2,
            ..first.clone()
        };
        journal.begin(0, &first).unwrap();
        journal.done(0, &first).unwrap();
        journal.begin(0, &second).unwrap();
        journal.begin(1, &Record::new("W1-000001", 2)).unwrap();
        journal.refused(1, "409").unwrap();
        let round: Round<Record> = journal.close().unwrap();
        assert_eq!(round.acknowledged["W0-000001"], first);
        assert_eq!(round.in_flight.values().collect::<Vec<_>>(), [&second]);
        assert_eq!((round.acknowledgements, round.refusals.len()), (1, 1));
    }
}
