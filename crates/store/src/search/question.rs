//! What is asked of an index: the phrases, and where it narrows, the tokens of the person's reach.

use catalogue::RegisterIx;
use expr::Id;
use kernel::Span;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params, params_from_iter};

use super::{AREA, AREA_LENGTHS, OWNER};
use crate::filter::Where;
use crate::layout::{Table, quoted};
use crate::query::Filter;
use crate::reader::Reader;
use crate::{Error, words};

/// Most hits one search gives; pages say "more than 1,000".
pub const HITS_MAX: usize = 1_001;
/// So many times the hits wanted are looked at before a word is crossed with an area.
const LOOKED_AT_FACTOR: usize = 2;

impl Reader<'_> {
    /// Records in which all words stand, in the registers and as far as the spans reach: register by
    /// register in the order given, the newest first within each. At most [`HITS_MAX`].
    pub fn search(
        &self,
        words: &str,
        scopes: &[(RegisterIx, Span)],
        limit: usize,
    ) -> Result<Vec<(RegisterIx, Id)>, Error> {
        let Some(phrases) = phrases(words) else {
            return Ok(Vec::new());
        };
        let limit = limit.min(HITS_MAX);
        let mut hits = Vec::new();
        for (register, span) in scopes {
            let room = limit - hits.len();
            if room == 0 {
                break;
            }
            let table = self.layout.at(*register);
            if table.searched.is_empty() {
                continue;
            }
            let ids = self.within(table, &phrases, span, room)?;
            hits.extend(ids.into_iter().map(|id| (*register, Id(id))));
        }
        Ok(hits)
    }

    fn within(
        &self,
        table: &Table,
        phrases: &str,
        span: &Span,
        limit: usize,
    ) -> Result<Vec<i64>, Error> {
        let part = match Reach::of(span) {
            Reach::Everything => return newest(self.conn, table, phrases, limit),
            Reach::Nothing => return Ok(Vec::new()),
            Reach::Part(part) => part,
        };
        // Whose reach covers almost everything finds enough among the newest hits. Crossing the list
        // of the word with that of a whole province would cost the length of both.
        if let Span::Areas(..) = span {
            let look = limit * LOOKED_AT_FACTOR;
            let found = newest(self.conn, table, phrases, look)?;
            let all = found.len() < look;
            let mut covered = self.covered(table, found, span)?;
            if all || covered.len() >= limit {
                covered.truncate(limit);
                return Ok(covered);
            }
        }
        newest(self.conn, table, &format!("{phrases} AND {part}"), limit)
    }

    /// Which of the records lie within the span, in their order.
    fn covered(&self, table: &Table, ids: Vec<i64>, span: &Span) -> Result<Vec<i64>, Error> {
        if ids.is_empty() {
            return Ok(ids);
        }
        let mut condition = Where::new(self.conn, self.layout, self.vault, table);
        condition.filter(&Filter::Span(span.clone()))?;
        // By their ids, which are few: an index of the area would give a whole province. Few widths,
        // so that few statements are prepared and kept; the rest is empty.
        let width = ids.len().next_power_of_two();
        let sql = format!(
            "SELECT id FROM {} NOT INDEXED WHERE id IN ({}) AND ({}) ORDER BY id DESC",
            quoted(&table.name),
            vec!["?"; width].join(", "),
            condition.text
        );
        let known = ids.into_iter().map(Cell::Integer);
        let binds = known.chain(std::iter::repeat(Cell::Null)).take(width);
        let mut statement = self.conn.prepare_cached(&sql)?;
        let binds = params_from_iter(binds.chain(condition.binds));
        let ids = statement.query_map(binds, |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }
}

/// Rowids of the newest documents that answer the question. The index walks them from the newest,
/// and stops when there are enough.
fn newest(
    conn: &Connection,
    table: &Table,
    question: &str,
    limit: usize,
) -> Result<Vec<i64>, Error> {
    let index = &table.index;
    let sql =
        format!("SELECT rowid FROM {index} WHERE {index} MATCH ? ORDER BY rowid DESC LIMIT ?");
    let mut statement = conn.prepare_cached(&sql)?;
    let ids = statement.query_map(params![question, limit as i64], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// All phrases in the words of the index; `None` when nothing can be looked for.
pub(crate) fn phrases(text: &str) -> Option<String> {
    let phrases = words::phrases(text);
    (!phrases.is_empty()).then(|| phrases.join(" AND "))
}

/// How far a question to one index reaches.
enum Reach {
    Everything,
    Nothing,
    /// What holds the tokens of this question.
    Part(String),
}

impl Reach {
    fn of(span: &Span) -> Reach {
        match span {
            Span::All => Reach::Everything,
            Span::Own(_, subject) => Reach::Part(format!("\"{OWNER}{}\"", subject.0)),
            Span::Areas(_, areas) if areas.is_empty() => Reach::Nothing,
            Span::Areas(_, areas) => {
                let areas: Vec<String> = areas
                    .iter()
                    .map(|area| kernel::area_prefix(area))
                    .map(|area| match AREA_LENGTHS.contains(&area.len()) {
                        true => format!("\"{AREA}{area}\""),
                        // Not a level of the code: every longer prefix will do.
                        false => format!("\"{AREA}{area}\" *"),
                    })
                    .collect();
                Reach::Part(format!("({})", areas.join(" OR ")))
            }
        }
    }
}
