//! The log against itself: every entry under its ledger line, every line under the heads. One pass,
//! one entry in memory at a time.

use crate::error::Error;
use crate::hash::{Hash, Tree};
use crate::moment;
use crate::note::Note;
use crate::report::{Kind, Place, Report, range};
use entries::Entries;
use std::collections::HashMap;
use std::ops::Range;

mod entries;
mod verdict;

/// More entries than this under one ledger line is not a batch but a damaged line.
const ENTRIES_IN_LEAF_MAX: i64 = 1_000_000;
/// So many mismatched lines are explained one by one; the rest are counted.
const MISMATCHES_MAX: usize = 100_000;

/// A history entry as far as the log needs it; the buffers are used again.
#[derive(Default)]
pub(crate) struct Entry {
    pub(crate) seq: i64,
    pub(crate) tab: String,
    pub(crate) rec: i64,
    pub(crate) at: i64,
    pub(crate) canonical: Vec<u8>,
    /// What is wrong with its form.
    pub(crate) odd: Option<&'static str>,
}

pub(crate) struct Leaf {
    pub(crate) leaf: i64,
    pub(crate) first: i64,
    pub(crate) count: i64,
    /// `None` if it is not 32 bytes.
    pub(crate) hash: Option<Hash>,
}

/// The line of table `head`.
pub(crate) struct Kept {
    pub(crate) leaf: i64,
    pub(crate) history: i64,
    pub(crate) frontier: Vec<u8>,
}

/// Entries by rising `seq` and lines by rising `leaf`, from a database or an export.
pub(crate) trait Source {
    fn entry(&mut self, into: &mut Entry) -> Result<Found, Error>;
    fn leaf(&mut self) -> Result<Option<Leaf>, Error>;
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    One,
    End,
}

/// A head somebody keeps, and where it was found.
pub(crate) struct Witness {
    pub(crate) origin: Origin,
    pub(crate) note: Note,
}

pub(crate) enum Origin {
    Database,
    File(String),
}

impl Witness {
    pub(crate) fn name(&self) -> String {
        let at = moment::local(self.note.at);
        match &self.origin {
            Origin::Database => format!("库内 {at} 的账本头（{} 行）", self.note.size),
            Origin::File(file) => format!("另存的签名头 {file}（{at}，{} 行）", self.note.size),
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        match self.origin {
            Origin::Database => Kind::SignedHead,
            Origin::File(_) => Kind::OutsideHead,
        }
    }
}

/// What the check of rows needs to know of the log.
#[derive(Default)]
pub(crate) struct Facts {
    /// Entries seen, by table.
    pub(crate) by_table: HashMap<String, u64>,
    /// History ranges of batches that do not match their ledger line, rising.
    pub(crate) doubtful: Vec<Range<i64>>,
}

pub(crate) fn check(
    source: &mut impl Source,
    kept: Option<&Kept>,
    witnesses: &[Witness],
    report: &mut Report,
) -> Result<Facts, Error> {
    let mut sizes: Vec<i64> = witnesses.iter().map(|witness| witness.note.size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let mut walk = Walk {
        entries: Entries {
            source,
            next: None,
            expected: 1,
            last_at: i64::MIN,
            facts: Facts::default(),
            report,
        },
        line: 0,
        written: Chain::default(),
        counted: Chain::default(),
        roots: HashMap::new(),
        sizes,
        mismatches: Vec::new(),
    };
    walk.entries.pull()?;
    walk.note_roots();
    while let Some(leaf) = walk.entries.source.leaf()? {
        walk.take(&leaf)?;
    }
    walk.entries.uncovered_to(i64::MAX)?;
    Ok(walk.conclude(kept, witnesses))
}

/// A tree that may become unknowable, when a line is lost.
#[derive(Default)]
struct Chain {
    tree: Tree,
    lost: bool,
}

impl Chain {
    fn push(&mut self, hash: Option<Hash>) {
        self.lost |= hash.is_none();
        self.tree.push(hash.unwrap_or_default());
    }

    fn root(&self) -> Option<Hash> {
        (!self.lost).then(|| self.tree.root())
    }

    fn frontier(&self) -> Option<Vec<u8>> {
        (!self.lost).then(|| self.tree.frontier())
    }
}

struct Mismatch {
    leaf: i64,
    covers: Range<i64>,
    tab: String,
    rec: i64,
    /// The next line does not go on where this one says it ends.
    range_odd: bool,
}

struct Walk<'a, S> {
    entries: Entries<'a, S>,
    /// Index the next line should have.
    line: i64,
    /// Tree over the hashes as they stand in the ledger.
    written: Chain,
    /// Tree over the hashes counted anew from history.
    counted: Chain,
    /// Roots of both at the sizes of the heads.
    roots: HashMap<i64, (Option<Hash>, Option<Hash>)>,
    sizes: Vec<i64>,
    mismatches: Vec<Mismatch>,
}

impl<S: Source> Walk<'_, S> {
    fn take(&mut self, leaf: &Leaf) -> Result<(), Error> {
        if leaf.leaf < self.line {
            self.entries.report.fault(
                Kind::LedgerRepeated,
                at_leaf(leaf.leaf),
                format!("账本第 {} 行重复或乱序", leaf.leaf),
            );
            return Ok(());
        }
        if leaf.leaf > self.line {
            self.lines_missing(leaf)?;
        }
        self.line = leaf.leaf + 1;
        if leaf.hash.is_none() {
            self.entries.report.fault(
                Kind::HashMismatch,
                at_leaf(leaf.leaf),
                format!("账本第 {} 行的散列不是 32 字节", leaf.leaf),
            );
        }
        let counted = self.count_anew(leaf)?;
        self.written.push(leaf.hash);
        self.counted.push(counted);
        self.note_roots();
        Ok(())
    }

    /// Lines up to `next` are gone. A single one can be made again from the entries it left bare.
    fn lines_missing(&mut self, next: &Leaf) -> Result<(), Error> {
        let lines = range(self.line, next.leaf, "行");
        let from = self.entries.expected;
        let covers = if next.first > from {
            format!("，应涵盖历史{}", range(from, next.first, "条"))
        } else {
            String::new()
        };
        self.entries.report.fault(
            Kind::LedgerMissing,
            at_leaf(self.line),
            format!("账本{lines}缺失{covers}"),
        );
        let remade = if next.leaf - self.line == 1 && next.first > from {
            let taken = self.entries.take_to(next.first, None)?;
            taken.hash(from)
        } else {
            self.entries.take_to(next.first, None)?;
            None
        };
        // Several lines lost: nothing after them can be placed, one empty push marks that.
        self.written.push(remade);
        self.counted.push(remade);
        self.line += 1;
        self.note_roots();
        Ok(())
    }

    fn count_anew(&mut self, leaf: &Leaf) -> Result<Option<Hash>, Error> {
        let expected = self.entries.expected;
        if leaf.first != expected || !(1..=ENTRIES_IN_LEAF_MAX).contains(&leaf.count) {
            if let Some(last) = self.mismatches.last_mut()
                && last.leaf == leaf.leaf - 1
            {
                last.range_odd = true;
            }
            self.entries.report.fault(
                Kind::LedgerRange,
                at_leaf(leaf.leaf),
                format!(
                    "账本第 {} 行记的是从历史第 {} 条起的 {} 条，按上一行应从第 {expected} 条起",
                    leaf.leaf, leaf.first, leaf.count
                ),
            );
        }
        if leaf.first > expected {
            self.entries.uncovered_to(leaf.first)?;
        }
        if leaf.first < expected || !(1..=ENTRIES_IN_LEAF_MAX).contains(&leaf.count) {
            return Ok(None);
        }
        let Some(end) = leaf.first.checked_add(leaf.count) else {
            return Ok(None);
        };
        let taken = self.entries.take_to(end, Some(leaf.leaf))?;
        let counted = taken.hash(leaf.first);
        if counted.is_some() && leaf.hash.is_some() && counted != leaf.hash {
            if leaf.count > 1 {
                self.entries.facts.doubtful.push(leaf.first..end);
            }
            if self.mismatches.len() < MISMATCHES_MAX {
                self.mismatches.push(Mismatch {
                    leaf: leaf.leaf,
                    covers: leaf.first..end,
                    tab: taken.tab,
                    rec: taken.rec,
                    range_odd: false,
                });
            } else {
                self.entries.report.fault(
                    Kind::HashMismatch,
                    at_leaf(leaf.leaf),
                    format!("账本第 {} 行与所涵盖的条目不符", leaf.leaf),
                );
            }
        }
        Ok(counted)
    }

    fn note_roots(&mut self) {
        let size = self.written.tree.size();
        if self.sizes.binary_search(&size).is_ok() {
            self.roots
                .insert(size, (self.written.root(), self.counted.root()));
        }
    }
}

fn at_leaf(leaf: i64) -> Place {
    Place {
        leaf: Some(leaf),
        ..Place::default()
    }
}
