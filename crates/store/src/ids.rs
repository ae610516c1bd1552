//! Ids without asking anyone: 24 bits of node, 39 of a counter that is leased in blocks.

use expr::Id;
use rusqlite::Connection;

use crate::Error;

/// Ids leased at once; what a stopped process did not use is never given again.
pub(crate) const LEASE: i64 = 1_024;
const COUNTER_BITS: u32 = 39;
const INSTANCE_BITS: u32 = 4;
const DIVISION_MAX: u32 = 999_999;
const INSTANCE_MAX: u8 = 15;

/// 20 bits of the six-digit division code at founding and 4 of the instance.
pub(crate) fn node(division: u32, instance: u8) -> Result<i64, Error> {
    if division > DIVISION_MAX || instance > INSTANCE_MAX {
        return Err(Error::Question(format!(
            "a node of division {division}, instance {instance}; \
             six digits and at most {INSTANCE_MAX} are possible"
        )));
    }
    Ok(i64::from(division) << INSTANCE_BITS | i64::from(instance))
}

/// Ids in hand.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    next: i64,
    end: i64,
}

impl Ids {
    pub fn take(&mut self) -> Option<Id> {
        (self.next < self.end).then(|| {
            self.next += 1;
            Id(self.next - 1)
        })
    }

    /// The next id, leasing a block in the open transaction when none is left.
    pub fn next(&mut self, conn: &Connection) -> Result<Id, Error> {
        if self.next == self.end {
            *self = lease(conn)?;
        }
        self.take()
            .ok_or_else(|| Error::Damaged("an empty lease of ids".to_owned()))
    }

    /// Forgets a block whose lease was rolled back.
    pub fn forget(&mut self) {
        *self = Ids::default();
    }
}

/// Takes a block; counts once the transaction is committed.
pub(crate) fn lease(conn: &Connection) -> Result<Ids, Error> {
    lease_many(conn, LEASE)
}

/// Takes a block of so many ids.
pub(crate) fn lease_many(conn: &Connection, count: i64) -> Result<Ids, Error> {
    let sql = "UPDATE node SET next = next + ? WHERE id = 1 RETURNING node, next";
    let (node, end): (i64, i64) = conn
        .prepare_cached(sql)?
        .query_row([count], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if end >= 1 << COUNTER_BITS {
        return Err(Error::Damaged(
            "all ids of this node are used up".to_owned(),
        ));
    }
    let base = node << COUNTER_BITS;
    Ok(Ids {
        next: base | (end - count),
        end: base | end,
    })
}
