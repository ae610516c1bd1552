//! Numbers drawn inside the commit: `JC-{year}-{n:4}`. Never given twice, also not after a refusal.

use expr::Moment;
use rusqlite::Connection;

use crate::Error;

/// Fills the pattern. Every text the pattern makes without its number is a series of its own, so
/// that numbers begin again with the year.
pub(crate) fn draw(conn: &Connection, pattern: &str, at: Moment) -> Result<String, Error> {
    let name = pattern.replace("{year}", &at.local_date().year().to_string());
    let sql = "INSERT INTO series (name, next) VALUES (?, 2) \
               ON CONFLICT (name) DO UPDATE SET next = next + 1 RETURNING next - 1";
    let number: i64 = conn
        .prepare_cached(sql)?
        .query_row([&name], |row| row.get(0))?;
    fill(&name, number)
}

fn fill(name: &str, number: i64) -> Result<String, Error> {
    let wrong = || Error::Question(format!("the number pattern `{name}`, which has no {{n}}"));
    let (before, rest) = name.split_once("{n").ok_or_else(wrong)?;
    let (width, after) = rest.split_once('}').ok_or_else(wrong)?;
    let width = match width.strip_prefix(':') {
        Some(width) => width.parse().map_err(|_| wrong())?,
        None if width.is_empty() => 0,
        None => return Err(wrong()),
    };
    Ok(format!("{before}{number:0width$}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_filled() {
        assert_eq!(fill("JC-2027-{n}", 7).unwrap(), "JC-2027-7");
        assert_eq!(fill("{n:4}号", 7).unwrap(), "0007号");
        assert_eq!(fill("{n:2}", 123).unwrap(), "123");
        assert!(fill("JC", 1).is_err());
        assert!(fill("{n:x}", 1).is_err());
        assert!(fill("{nn}", 1).is_err());
    }

    #[test]
    fn each_year_begins_anew_and_no_number_comes_twice() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("CREATE TABLE series (name TEXT PRIMARY KEY, next INTEGER)")
            .unwrap();
        // The last second of the year on the clock of the bureau, and the next.
        let old: Moment = "2027-12-31T23:59:59+08:00".parse().unwrap();
        let new = Moment(old.0 + 1_000_000);
        let drawn: Vec<String> = [old, old, new]
            .map(|at| draw(&conn, "JC-{year}-{n}", at).unwrap())
            .to_vec();
        assert_eq!(drawn, ["JC-2027-1", "JC-2027-2", "JC-2028-1"]);
    }
}
