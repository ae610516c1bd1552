//! The first page of a to-do list: one prepared statement a desk, what has a limit first.

use std::fmt::Write as _;

use expr::Id;
use rusqlite::{Connection, Row, params};

use super::PAGE;
use super::json::quoted;

/// One row of the list, ready to be sent.
struct Turn {
    due: i64,
    id: i64,
    json: String,
}

const COLUMNS: &str = "t.id, t.register, t.record, m.shown, t.at_state, t.began_at, t.due_at, \
                       t.outcome, t.account IS NOT NULL, s.task IS NULL, ifnull(t.reminded, 0)";
const TABLES: &str = "house__task t JOIN house__matter m ON m.id = t.matter \
                      LEFT JOIN seen s ON s.task = t.id AND s.account = ?1";

/// The page of somebody at whose desks it lies.
pub fn todo(conn: &Connection, account: i64, desks: &str) -> anyhow::Result<String> {
    let limited = format!(
        "SELECT {COLUMNS} FROM {TABLES} WHERE t.desk = ?2 AND t.due_at IS NOT NULL \
         ORDER BY t.due_at, t.id LIMIT ?3"
    );
    let unlimited = format!(
        "SELECT {COLUMNS} FROM {TABLES} WHERE t.desk = ?2 AND t.due_at IS NULL \
         ORDER BY t.id LIMIT ?3"
    );
    let mut turns = Vec::with_capacity(2 * PAGE);
    for desk in desks.split(',') {
        let mut left = PAGE + 1;
        for sql in [&limited, &unlimited] {
            let mut statement = conn.prepare_cached(sql)?;
            let mut rows = statement.query(params![account, desk, left as i64])?;
            while let Some(row) = rows.next()? {
                turns.push(turn(row)?);
                left -= 1;
            }
            if left == 0 {
                break;
            }
        }
    }
    turns.sort_by_key(|turn| (turn.due, turn.id));
    let mut out = String::with_capacity(24 * 1024);
    out.push_str("{\"items\":[");
    for (nth, turn) in turns.iter().take(PAGE).enumerate() {
        out.push_str(if nth == 0 { "" } else { "," });
        out.push_str(&turn.json);
    }
    out.push_str("],\"next\":");
    out.push_str(if turns.len() > PAGE { "1}" } else { "null}" });
    Ok(out)
}

fn turn(row: &Row<'_>) -> anyhow::Result<Turn> {
    let (id, due): (i64, Option<i64>) = (row.get(0)?, row.get(6)?);
    let mut json = String::with_capacity(400);
    write!(json, "{{\"turn\":\"{}\"", Id(id))?;
    for (at, name) in [
        (1, "register"),
        (2, "id"),
        (3, "shown"),
        (4, "at_state"),
        (7, "outcome"),
    ] {
        write!(json, ",\"{name}\":")?;
        match row.get_ref(at)?.as_str_or_null()? {
            Some(text) => quoted(&mut json, text),
            None => json.push_str("null"),
        }
    }
    write!(json, ",\"began_at\":{}", row.get::<_, i64>(5)?)?;
    match due {
        Some(due) => write!(json, ",\"due_at\":{due}")?,
        None => json.push_str(",\"due_at\":null"),
    }
    write!(json, ",\"claimed\":{}", row.get::<_, bool>(8)?)?;
    write!(json, ",\"is_new\":{}", row.get::<_, bool>(9)?)?;
    write!(json, ",\"reminded\":{}}}", row.get::<_, i64>(10)?)?;
    Ok(Turn {
        due: due.unwrap_or(i64::MAX),
        id,
        json,
    })
}
