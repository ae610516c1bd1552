//! History in order: each entry once, in its place, and under a ledger line.

use super::{Entry, Facts, Found, Source};
use crate::error::Error;
use crate::hash::{Hash, Tree, entry_hash, leaf_hash};
use crate::report::{Kind, Place, Report, range, record};

/// Entries one after the other, with the checks of their order.
pub(super) struct Entries<'a, S> {
    pub(super) source: &'a mut S,
    pub(super) next: Option<Entry>,
    pub(super) expected: i64,
    pub(super) last_at: i64,
    pub(super) facts: Facts,
    pub(super) report: &'a mut Report,
}

/// Entries under one line.
pub(super) struct Taken {
    tree: Tree,
    complete: bool,
    pub(super) tab: String,
    pub(super) rec: i64,
}

impl Taken {
    pub(super) fn hash(&self, first: i64) -> Option<Hash> {
        self.complete
            .then(|| leaf_hash(first, self.tree.size(), &self.tree.root()))
    }
}

impl<S: Source> Entries<'_, S> {
    /// Reads the next entry that goes on from the last one.
    pub(super) fn pull(&mut self) -> Result<(), Error> {
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
                self.report.early(entry.seq);
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
    }

    /// Takes the entries below `end` and names those that are missing; `leaf` is the line that
    /// covers them, if it is known.
    pub(super) fn take_to(&mut self, end: i64, leaf: Option<i64>) -> Result<Taken, Error> {
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
    pub(super) fn uncovered_to(&mut self, end: i64) -> Result<(), Error> {
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

fn at_entry(entry: &Entry) -> Place {
    Place {
        table: Some(entry.tab.clone()),
        record: Some(entry.rec),
        seq: Some(entry.seq),
        ..Place::default()
    }
}
