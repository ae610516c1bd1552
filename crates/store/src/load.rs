//! How busy the writer is: what waits for it, and how much it takes into one transaction.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Error, Store};

/// Upper ends of the size classes of groups; the last is the most that one transaction takes.
pub const GROUP_SIZES: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/// Counters that the writer and its callers share. Each is true by itself; read together they may
/// be a moment apart.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    sent: AtomicU64,
    taken: AtomicU64,
    groups: [AtomicU64; GROUP_SIZES.len()],
}

impl Gauge {
    pub fn sent(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// So many pieces of work went into one transaction.
    pub fn took(&self, size: usize) {
        self.taken.fetch_add(size as u64, Ordering::Relaxed);
        let class = GROUP_SIZES.partition_point(|end| *end < size);
        if let Some(groups) = self.groups.get(class) {
            groups.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// What an operator watches of the writer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Pieces of work that no transaction has taken yet.
    pub waiting: u64,
    /// Pieces of work that transactions took since the start.
    pub taken: u64,
    /// Transactions by how many pieces of work they took, classes as in [`GROUP_SIZES`].
    pub groups: [u64; GROUP_SIZES.len()],
    /// Messages for partners that are not yet carried away.
    pub outbox: u64,
}

impl Store {
    pub fn load(&self) -> Result<Load, Error> {
        // Its numbers have no gaps, so the ends tell the length without counting.
        let sql =
            "SELECT ifnull((SELECT max(seq) FROM outbox) - (SELECT min(seq) FROM outbox) + 1, 0)";
        let outbox: i64 = self.read(|reader| {
            let mut statement = reader.conn.prepare_cached(sql)?;
            Ok(statement.query_row([], |row| row.get(0))?)
        })?;
        let gauge = self.gauge();
        let taken = gauge.taken.load(Ordering::Relaxed);
        let sent = gauge.sent.load(Ordering::Relaxed);
        Ok(Load {
            waiting: sent.saturating_sub(taken),
            taken,
            groups: std::array::from_fn(|at| gauge.groups[at].load(Ordering::Relaxed)),
            outbox: outbox.unsigned_abs(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::writer::GROUP_MAX;

    #[test]
    fn every_group_falls_into_a_class() {
        assert_eq!(GROUP_SIZES.last(), Some(&GROUP_MAX));
        let gauge = Gauge::default();
        for size in [1, 1, 2, 3, 200, GROUP_MAX] {
            gauge.took(size);
        }
        let groups: Vec<u64> = gauge
            .groups
            .iter()
            .map(|g| g.load(Ordering::Relaxed))
            .collect();
        assert_eq!(groups, [2, 1, 1, 0, 0, 0, 0, 0, 2]);
    }
}
