//! The indexes themselves: made where they are missing, dropped where nothing is searched any more.
//! They hold nothing that the rows do not say, so that they can always be made again.

use std::collections::HashSet;

use catalogue::plan::Schema;
use rusqlite::{Connection, params};

use crate::Error;
use crate::layout::quoted;

/// No name of the definitions holds a colon.
const PREFIX: &str = "search:";
/// The one index of all registers that earlier directories had.
const SHARED: &str = "search";

/// Name of the index of a register's table.
pub(crate) fn name(table: &str) -> String {
    format!("{PREFIX}{table}")
}

/// Makes the indexes that the definitions need; rows that are there already are queued for it.
pub(crate) fn make(conn: &Connection, schema: &Schema) -> Result<(), Error> {
    let there = there(conn)?;
    let searched = schema
        .tables
        .iter()
        .filter(|table| !table.search.is_empty());
    let wanted: HashSet<String> = searched.clone().map(|table| name(&table.name)).collect();
    if there == wanted {
        return Ok(());
    }
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let made = (|| {
        for index in there.difference(&wanted) {
            conn.execute_batch(&format!("DROP TABLE IF EXISTS {}", quoted(index)))?;
        }
        for table in searched.filter(|table| !there.contains(&name(&table.name))) {
            create(conn, &table.name)?;
        }
        Ok(())
    })();
    match made {
        Ok(()) => Ok(conn.execute_batch("COMMIT")?),
        Err(error) => {
            // The error that matters is the first one.
            let _ = conn.execute_batch("ROLLBACK");
            Err(error)
        }
    }
}

/// The index follows its table to another name.
pub(crate) fn rename(conn: &Connection, from: &str, to: &str) -> Result<(), Error> {
    if !there(conn)?.contains(&name(from)) {
        return Ok(());
    }
    Ok(conn.execute_batch(&format!(
        "ALTER TABLE {} RENAME TO {}",
        quoted(&name(from)),
        quoted(&name(to))
    ))?)
}

fn create(conn: &Connection, table: &str) -> Result<(), Error> {
    conn.execute_batch(&format!(
        "CREATE VIRTUAL TABLE IF NOT EXISTS {} USING fts5 (\
             body, content = '', contentless_delete = 1, prefix = '1', \
             tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\")",
        quoted(&name(table))
    ))?;
    let sql = format!(
        "INSERT OR REPLACE INTO reindex (tab, field, target, after) \
         SELECT ?, '', 0, -1 WHERE EXISTS (SELECT 1 FROM {})",
        quoted(table)
    );
    conn.execute(&sql, params![table])?;
    Ok(())
}

fn there(conn: &Connection) -> Result<HashSet<String>, Error> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL %' \
               AND (substr(name, 1, length(?1)) = ?1 OR name = ?2)";
    let mut statement = conn.prepare(sql)?;
    let names = statement.query_map(params![PREFIX, SHARED], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}
