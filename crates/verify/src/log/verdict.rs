//! What the walk through the log adds up to: which side was edited, and whether the heads agree.

use super::{Chain, Facts, Kept, Mismatch, Source, Walk, Witness};
use crate::hash::hex;
use crate::report::{Kind, Place, range, record};

impl<S: Source> Walk<'_, S> {
    pub(super) fn conclude(mut self, kept: Option<&Kept>, witnesses: &[Witness]) -> Facts {
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
                .push("账本有缺失或损坏的行，其后的根无法重算，较大的账本头未能核对".to_owned());
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
