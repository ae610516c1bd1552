//! The sentences about rows. They name table, record, entry and column, and never a value.

use super::replay::State;
use super::{Table, of_table};
use crate::report::{Kind, Place, record};

impl Table<'_> {
    pub(super) fn missing(&mut self, state: &State, rec: i64) {
        let text = format!(
            "表 {} 的{} 缺失：按历史第 {} 条应在",
            self.tab,
            record(rec),
            state.seq
        );
        self.row(Kind::RowMissing, rec, Some(state.seq), text);
    }

    pub(super) fn extra(&mut self, rec: i64) {
        let text = format!(
            "表 {} 的{} 没有任何历史：是绕过系统插入的",
            self.tab,
            record(rec)
        );
        self.row(Kind::RowExtra, rec, None, text);
    }

    pub(super) fn still_there(&mut self, state: &State, rec: i64) {
        let text = if state.seq == 0 {
            format!(
                "表 {} 的{} 没有写入它的历史：是绕过系统插入的",
                self.tab,
                record(rec)
            )
        } else {
            format!(
                "表 {} 的{} 已按历史第 {} 条删除，表中却仍有",
                self.tab,
                record(rec),
                state.seq
            )
        };
        let seq = (state.seq != 0).then_some(state.seq);
        self.row(Kind::RowExtra, rec, seq, text);
    }

    pub(super) fn version_differs(&mut self, state: &State, rec: i64) {
        let text = format!(
            "表 {} 的{} 的版本号与历史第 {} 条不符",
            self.tab,
            record(rec),
            state.seq
        );
        self.row(Kind::RowVersion, rec, Some(state.seq), text);
    }

    pub(super) fn differs(&mut self, state: &State, rec: i64, column: usize) {
        let seq = state.slot(column).map(|slot| slot.seq);
        let whence = match seq {
            None => "历史从未写入该列".to_owned(),
            Some(seq) if self.is_doubtful(seq) => {
                format!("该列最后由历史第 {seq} 条写入，它所在的批次散列不符，应是该条被改动")
            }
            Some(seq) => format!("该列最后由历史第 {seq} 条写入"),
        };
        self.column(Kind::RowDiffers, rec, seq, column, "与历史不符", &whence);
    }

    pub(super) fn column_missing(&mut self, rec: i64, column: usize, seq: i64) {
        let whence = format!("历史第 {seq} 条写入过该列");
        self.column(
            Kind::RowDiffers,
            rec,
            Some(seq),
            column,
            "在表中不存在",
            &whence,
        );
    }

    /// An entry saw another value than history had given: the row was edited in between, or one of
    /// the two entries was.
    pub(super) fn old_value(&mut self, state: &State, rec: i64, seq: i64, column: usize) {
        let before = state.slot(column).map(|slot| slot.seq);
        let doubtful: Vec<String> = [before, Some(seq)]
            .into_iter()
            .flatten()
            .filter(|seq| self.is_doubtful(*seq))
            .map(|seq| format!("第 {seq} 条"))
            .collect();
        let before = before.map_or("此前没有历史写入该列".to_owned(), |seq| {
            format!("此前由第 {seq} 条写入")
        });
        let whence = if doubtful.is_empty() {
            format!("{before}；其间表中的值被绕过系统改动过")
        } else {
            format!(
                "{before}；{}所在的批次散列不符，应是被改动的条目",
                doubtful.join("、")
            )
        };
        let what = format!("在历史第 {seq} 条所记的旧值与此前的历史不符");
        self.column(Kind::OldValue, rec, Some(seq), column, &what, &whence);
    }

    pub(super) fn bad_body(&mut self, rec: i64, seq: i64, what: &str) {
        let text = format!(
            "历史第 {seq} 条（表 {}，{}）的正文{what}，无法据以核对",
            self.tab,
            record(rec)
        );
        self.row(Kind::Body, rec, Some(seq), text);
    }

    fn is_doubtful(&self, seq: i64) -> bool {
        let after = self.doubtful.partition_point(|range| range.end <= seq);
        self.doubtful
            .get(after)
            .is_some_and(|range| range.contains(&seq))
    }

    fn column(
        &mut self,
        kind: Kind,
        rec: i64,
        seq: Option<i64>,
        column: usize,
        what: &str,
        whence: &str,
    ) {
        let column = self.names.name(column).to_owned();
        let text = format!(
            "表 {} 的{}，列 {column} {what}（{whence}）",
            self.tab,
            record(rec)
        );
        let place = Place {
            record: Some(rec),
            seq,
            column: Some(column),
            ..of_table(self.tab)
        };
        self.report.fault(kind, place, text);
    }

    fn row(&mut self, kind: Kind, rec: i64, seq: Option<i64>, text: String) {
        let place = Place {
            record: Some(rec),
            seq,
            ..of_table(self.tab)
        };
        self.report.fault(kind, place, text);
    }
}
