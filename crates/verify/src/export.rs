//! The output of `jinzhi ledger export`: a line of JSON for each entry, ledger line and head.
//!
//! The file is walked three times, for heads, entries and ledger lines, so that it may be larger
//! than memory. The one key of a line stands first, which tells them apart without parsing.

use crate::error::Error;
use crate::hash::unhex;
use crate::log::{Entry, Found, Kept, Leaf, Source};
use serde::Deserialize;
use serde::de::Error as _;
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Line<'a> {
    Export(ExportLine),
    #[serde(borrow)]
    Entry(EntryLine<'a>),
    Leaf(LeafLine),
    Signed(SignedLine),
    Head(HeadLine),
}

#[derive(Deserialize)]
struct ExportLine {
    format: u32,
}

#[derive(Deserialize)]
struct EntryLine<'a> {
    seq: i64,
    #[serde(borrow)]
    tab: Cow<'a, str>,
    rec: i64,
    version: i64,
    at: i64,
    actor: i64,
    #[serde(borrow)]
    act: Cow<'a, str>,
    #[serde(borrow)]
    def: Cow<'a, str>,
    #[serde(borrow)]
    body: Cow<'a, str>,
}

#[derive(Deserialize)]
struct LeafLine {
    leaf: i64,
    first: i64,
    count: i64,
    hash: String,
}

#[derive(Deserialize)]
struct SignedLine {
    size: i64,
    note: String,
}

#[derive(Deserialize)]
struct HeadLine {
    leaf: i64,
    history: i64,
    frontier: String,
}

/// What stands in an export beside the log.
pub(crate) struct Around {
    /// Absent when the file was cut short: the head is its last line.
    pub(crate) kept: Option<Kept>,
    pub(crate) notes: Vec<(i64, String)>,
    /// The format number of the first line.
    pub(crate) format: Option<u32>,
}

pub(crate) fn around(path: &Path) -> Result<Around, Error> {
    let mut around = Around {
        kept: None,
        notes: Vec::new(),
        format: None,
    };
    let mut lines = Lines::open(path)?;
    // Whatever is neither entry nor leaf is parsed here, so that no odd line is passed over.
    while lines.next(|text| !text.starts_with(ENTRY) && !text.starts_with(LEAF))? == Found::One {
        match lines.parse()? {
            Line::Export(line) => around.format = Some(line.format),
            Line::Signed(line) => around.notes.push((line.size, line.note)),
            Line::Head(line) => {
                around.kept = Some(Kept {
                    leaf: line.leaf,
                    history: line.history,
                    frontier: unhex(&line.frontier).unwrap_or_default(),
                });
            }
            // Spaces before the key would hide a line from the other walks.
            Line::Entry(_) | Line::Leaf(_) => return Err(lines.misplaced()),
        }
    }
    Ok(around)
}

const ENTRY: &str = "{\"entry\":";
const LEAF: &str = "{\"leaf\":";

pub(crate) struct Log {
    entries: Lines,
    leaves: Lines,
}

impl Log {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        Ok(Self {
            entries: Lines::open(path)?,
            leaves: Lines::open(path)?,
        })
    }
}

impl Source for Log {
    fn entry(&mut self, into: &mut Entry) -> Result<Found, Error> {
        let found = self.entries.next(|text| text.starts_with(ENTRY))?;
        if found == Found::End {
            return Ok(found);
        }
        let Line::Entry(line) = self.entries.parse()? else {
            return Err(self.entries.misplaced());
        };
        let texts = [&line.tab, &line.act, &line.def, &line.body];
        into.odd = texts
            .iter()
            .any(|text| text.contains('\n'))
            .then_some("有字段含换行，所签内容有歧义");
        into.seq = line.seq;
        into.rec = line.rec;
        into.at = line.at;
        into.tab.clear();
        into.tab.push_str(&line.tab);
        into.canonical.clear();
        // Writing to a Vec cannot fail.
        let _ = write!(
            into.canonical,
            "{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}",
            line.seq,
            line.tab,
            line.rec,
            line.version,
            line.at,
            line.actor,
            line.act,
            line.def,
            line.body
        );
        Ok(found)
    }

    fn leaf(&mut self) -> Result<Option<Leaf>, Error> {
        if self.leaves.next(|text| text.starts_with(LEAF))? == Found::End {
            return Ok(None);
        }
        let Line::Leaf(line) = self.leaves.parse()? else {
            return Err(self.leaves.misplaced());
        };
        Ok(Some(Leaf {
            leaf: line.leaf,
            first: line.first,
            count: line.count,
            hash: unhex(&line.hash).and_then(|bytes| bytes.try_into().ok()),
        }))
    }
}

/// One walk through the file.
struct Lines {
    file: BufReader<File>,
    text: String,
    number: u64,
}

impl Lines {
    fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(|source| Error::Open {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            file: BufReader::with_capacity(1 << 16, file),
            text: String::new(),
            number: 0,
        })
    }

    /// Goes to the next line that is wanted.
    fn next(&mut self, wanted: impl Fn(&str) -> bool) -> Result<Found, Error> {
        loop {
            self.text.clear();
            if self.file.read_line(&mut self.text)? == 0 {
                return Ok(Found::End);
            }
            self.number += 1;
            if wanted(&self.text) {
                return Ok(Found::One);
            }
        }
    }

    fn parse(&self) -> Result<Line<'_>, Error> {
        serde_json::from_str(&self.text).map_err(|source| Error::Line {
            line: self.number,
            source,
        })
    }

    fn misplaced(&self) -> Error {
        Error::Line {
            line: self.number,
            source: serde_json::Error::custom("行首不是 {\"entry\": 或 {\"leaf\":"),
        }
    }
}
