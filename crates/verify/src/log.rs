//! The log against itself: every entry under its ledger line, every line under the heads. One pass,
//! one entry in memory at a time.

use crate::error::Error;
use crate::hash::{Hash, Tree, entry_hash, hex, leaf_hash};
use crate::moment;
use crate::note::Note;
use crate::report::{Kind, Place, Report, range, record};
use std::collections::HashMap;
use std::ops::Range;

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
            Origin::Database => format!("库内 {at} 的树头（{} 行）", self.note.size),
            Origin::File(file) => format!("另存的树头 {file}（{at}，{} 行）", self.note.size),
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
    /// Tables with entries about rows.
    pub(crate) with_rows: std::collections::BTreeSet<String>,
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

    fn conclude(mut self, kept: Option<&Kept>, witnesses: &[Witness]) -> Facts {
        let lines = self.line;
        let anchors = self.anchors(kept, witnesses);
        for mismatch in std::mem::take(&mut self.mismatches) {
            self.explain(&mismatch, &anchors);
        }
        self.check_kept(kept);
        for witness in witnesses {
            self.check_witness(witness);
        }
        let report = self.entries.report;
        report.leaves = lines;
        report.root = self.written.root();
        if self.written.lost && !witnesses.is_empty() {
            report
                .notes
                .push("账本有缺失或损坏的行，其后的根无法重算，较大的树头未能核对".to_owned());
        }
        self.entries.facts
    }

    /// Sizes at which an independent record agrees with the written or with the counted tree.
    fn anchors(&self, kept: Option<&Kept>, witnesses: &[Witness]) -> Vec<(i64, Culprit)> {
        let mut anchors = Vec::new();
        for witness in witnesses {
            if let Some((written, counted)) = self.roots.get(&witness.note.size) {
                let root = Some(witness.note.root);
                anchors.extend(
                    Culprit::by(*written == root, *counted == root).map(|c| (witness.note.size, c)),
                );
            }
        }
        if let Some(kept) = kept.filter(|kept| kept.leaf == self.line) {
            let frontier = Some(&kept.frontier);
            anchors.extend(
                Culprit::by(
                    self.written.frontier().as_ref() == frontier,
                    self.counted.frontier().as_ref() == frontier,
                )
                .map(|culprit| (self.line, culprit)),
            );
        }
        anchors
    }

    fn explain(&mut self, mismatch: &Mismatch, anchors: &[(i64, Culprit)]) {
        let Mismatch { leaf, covers, .. } = mismatch;
        let culprit = anchors
            .iter()
            .find(|(size, _)| size > leaf)
            .map(|(_, culprit)| *culprit);
        let who = match culprit {
            _ if mismatch.range_odd => "账本行的起止或条目被改动",
            Some(Culprit::Entry) => "条目被改动或换位",
            Some(Culprit::Line) => "账本行被改动，条目未变",
            None => "条目或账本行被改动",
        };
        let single = covers.end - covers.start == 1;
        let text = if single {
            format!(
                "历史第 {} 条（表 {}，{}）与账本第 {leaf} 行不符：{who}",
                covers.start,
                mismatch.tab,
                record(mismatch.rec)
            )
        } else {
            format!(
                "账本第 {leaf} 行与所涵盖的历史{}（共 {} 条）不符：{who}",
                range(covers.start, covers.end, "条"),
                covers.end - covers.start
            )
        };
        let place = Place {
            table: single.then(|| mismatch.tab.clone()),
            record: single.then_some(mismatch.rec),
            seq: single.then_some(covers.start),
            leaf: Some(*leaf),
            column: None,
        };
        self.entries.report.fault(Kind::HashMismatch, place, text);
    }

    fn check_kept(&mut self, kept: Option<&Kept>) {
        let report = &mut *self.entries.report;
        let mut fault = |text| report.fault(Kind::Head, Place::default(), text);
        let Some(kept) = kept else {
            fault("账本头（表 head）缺失".to_owned());
            return;
        };
        if kept.leaf != self.line {
            fault(format!(
                "账本头记有 {} 行，实有 {} 行：末尾的账本行被{}",
                kept.leaf,
                self.line,
                if kept.leaf > self.line {
                    "删除"
                } else {
                    "添加"
                }
            ));
        }
        let next = self.entries.expected;
        if kept.history != next {
            fault(format!(
                "账本头记下一条历史是第 {} 条，实为第 {next} 条：末尾的历史被{}",
                kept.history,
                if kept.history > next {
                    "删除"
                } else {
                    "添加"
                }
            ));
        }
        let agrees = |chain: &Chain| chain.frontier().is_some_and(|own| own == kept.frontier);
        // If only the counted tree agrees, the edited ledger line has been named already.
        if kept.leaf == self.line
            && !self.written.lost
            && !agrees(&self.written)
            && !agrees(&self.counted)
        {
            fault(format!(
                "账本头的前沿与 {} 行账本重建的树不符：账本行或账本头被改动",
                self.line
            ));
        }
    }

    fn check_witness(&mut self, witness: &Witness) {
        let size = witness.note.size;
        let name = witness.name();
        let text = if size > self.line {
            format!(
                "{name}多于现有的 {} 行：账本末尾至少 {} 行被截断",
                self.line,
                size - self.line
            )
        } else {
            let root = Some(witness.note.root);
            match self.roots.get(&size) {
                // Lost lines are faults of their own; see the note in `conclude`.
                None | Some((None, None)) => return,
                Some((written, _)) if *written == root => return,
                Some((_, counted)) if *counted == root => {
                    format!("{name}与历史相符而与账本前 {size} 行不符：账本行被改动，历史未变")
                }
                Some((written, _)) => format!(
                    "{name}的根与现有账本前 {size} 行的根 {}不符：这些行在签名之后被改写",
                    written.map_or(String::new(), |root| format!("{}… ", &hex(&root)[..16]))
                ),
            }
        };
        self.entries
            .report
            .fault(witness.kind(), Place::default(), text);
    }
}

#[derive(Clone, Copy)]
enum Culprit {
    Entry,
    Line,
}

impl Culprit {
    fn by(written_agrees: bool, counted_agrees: bool) -> Option<Self> {
        match (written_agrees, counted_agrees) {
            (true, false) => Some(Self::Entry),
            (false, true) => Some(Self::Line),
            _ => None,
        }
    }
}

/// Entries one after the other, with the checks of their order.
struct Entries<'a, S> {
    source: &'a mut S,
    next: Option<Entry>,
    expected: i64,
    last_at: i64,
    facts: Facts,
    report: &'a mut Report,
}

/// Entries under one line.
struct Taken {
    tree: Tree,
    complete: bool,
    tab: String,
    rec: i64,
}

impl Taken {
    fn hash(&self, first: i64) -> Option<Hash> {
        self.complete
            .then(|| leaf_hash(first, self.tree.size(), &self.tree.root()))
    }
}

impl<S: Source> Entries<'_, S> {
    /// Reads the next entry that goes on from the last one.
    fn pull(&mut self) -> Result<(), Error> {
        let mut entry = self.next.take().unwrap_or_default();
        while self.source.entry(&mut entry)? == Found::One {
            self.report.entries += 1;
            self.count(&entry);
            if let Some(odd) = entry.odd {
                self.report.fault(
                    Kind::HistoryForm,
                    at_entry(&entry),
                    format!("历史第 {} 条{odd}", entry.seq),
                );
            }
            if entry.seq < self.expected {
                self.report.fault(
                    Kind::HistoryRepeated,
                    at_entry(&entry),
                    format!(
                        "历史第 {} 条（表 {}，{}）重复或乱序",
                        entry.seq,
                        entry.tab,
                        record(entry.rec)
                    ),
                );
                continue;
            }
            if entry.at < self.last_at {
                self.report
                    .warn(format!("历史第 {} 条的时间早于上一条", entry.seq));
            }
            self.last_at = entry.at;
            self.next = Some(entry);
            return Ok(());
        }
        Ok(())
    }

    fn count(&mut self, entry: &Entry) {
        match self.facts.by_table.get_mut(&entry.tab) {
            Some(count) => *count += 1,
            None => {
                self.facts.by_table.insert(entry.tab.clone(), 1);
            }
        }
        if !self.facts.with_rows.contains(&entry.tab) && entry.tab != "event" {
            self.facts.with_rows.insert(entry.tab.clone());
        }
    }

    /// Takes the entries below `end` and names those that are missing; `leaf` is the line that
    /// covers them, if it is known.
    fn take_to(&mut self, end: i64, leaf: Option<i64>) -> Result<Taken, Error> {
        let mut taken = Taken {
            tree: Tree::default(),
            complete: true,
            tab: String::new(),
            rec: 0,
        };
        while let Some(entry) = self.next.as_ref().filter(|entry| entry.seq < end) {
            let seq = entry.seq;
            if taken.tree.size() == 0 {
                taken.tab.clone_from(&entry.tab);
                taken.rec = entry.rec;
            }
            taken.tree.push(entry_hash(&entry.canonical));
            taken.complete &= seq == self.expected;
            self.missing_to(seq, leaf);
            self.expected = seq + 1;
            self.pull()?;
        }
        if self.expected < end {
            taken.complete = false;
            self.missing_to(end, leaf);
            self.expected = end;
        }
        Ok(taken)
    }

    fn missing_to(&mut self, seq: i64, leaf: Option<i64>) {
        if seq > self.expected {
            let under = leaf.map_or(String::new(), |leaf| format!("（账本第 {leaf} 行涵盖）"));
            self.report.fault(
                Kind::HistoryMissing,
                Place {
                    seq: Some(self.expected),
                    leaf,
                    ..Place::default()
                },
                format!("历史{}缺失{under}", range(self.expected, seq, "条")),
            );
        }
    }

    /// Entries below `end` that no ledger line covers.
    fn uncovered_to(&mut self, end: i64) -> Result<(), Error> {
        while let Some(entry) = self.next.as_ref().filter(|entry| entry.seq < end) {
            let (place, seq) = (at_entry(entry), entry.seq);
            let text = format!(
                "历史第 {seq} 条（表 {}，{}）没有账本行：是绕过系统加入的，或其账本行被删",
                entry.tab,
                record(entry.rec)
            );
            self.missing_to(seq, None);
            self.report.fault(Kind::HistoryUncovered, place, text);
            self.expected = seq + 1;
            self.pull()?;
        }
        if end != i64::MAX {
            self.missing_to(end, None);
            self.expected = self.expected.max(end);
        }
        Ok(())
    }
}

fn at_leaf(leaf: i64) -> Place {
    Place {
        leaf: Some(leaf),
        ..Place::default()
    }
}

fn at_entry(entry: &Entry) -> Place {
    Place {
        table: Some(entry.tab.clone()),
        record: Some(entry.rec),
        seq: Some(entry.seq),
        ..Place::default()
    }
}
