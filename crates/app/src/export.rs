//! Export: the records a person may see and export, streamed into a sheet from one snapshot.
//!
//! Personal values stay masked. That someone exported, what and how much, stands in the ledger
//! before the first row leaves; the values do not.

mod cells;
mod columns;
mod refs;

use std::io::Write;

use kernel::{Actor, Commit, Event, Ground, Meta, Refusal, Register, RegisterIx, Verb};
use store::{Filter, Query, Reader};
use tables::{CsvOptions, Sink, csv_writer, xlsx_writer};

use crate::{App, Ask, Outcome, looks_personal};
pub(crate) use cells::ERASED;
use cells::Line;
use columns::Columns;
use refs::Refs;

/// Counting for the ledger stops there.
const COUNT_MAX: u64 = u64::MAX >> 2;

/// How the sheet is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// For people and their spreadsheet programs: a byte order mark, and codes that stay text.
    Csv,
    /// For programs: nothing but the values.
    PlainCsv,
    Xlsx,
}

/// What stands in headers and choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Labels {
    /// Names of the definition: `division`, `in_use`.
    #[default]
    Names,
    /// Words for people in their language, and names beside refs and divisions.
    Words,
}

impl App {
    /// Writes what the question asks for; paging does not matter. Without a list and columns it is
    /// the whole register with all fields. Answers the number of rows.
    pub fn export(
        &self,
        actor: &Actor,
        register: RegisterIx,
        ask: &Ask,
        (format, labels): (ExportFormat, Labels),
        out: impl Write + Send,
    ) -> Outcome<u64> {
        let def = self.catalogue().at(register);
        let frame = self.frame();
        let ground = self.ground(&frame, actor);
        let ask = Ask {
            after: None,
            limit: None,
            unlisted: ask.unlisted || ask.list.is_none(),
            ..ask.clone()
        };
        let columns = Columns::of(&ground, register, &ask, labels)?;
        let count = self.look(|reader| {
            let query = self.exported(&ground, reader, register, &ask)?;
            Ok(match reader.count_to(&query, COUNT_MAX)? {
                store::Count::Exact(count) | store::Count::MoreThan(count) => count,
            })
        })?;
        self.note_export(actor, def, &ask, count)?;
        let header = &columns.header;
        match format {
            ExportFormat::Csv => {
                let sink = csv_writer(out, header, CsvOptions::for_people())?;
                self.stream(&ground, register, &ask, &columns, sink)
            }
            ExportFormat::PlainCsv => {
                let sink = csv_writer(out, header, CsvOptions::for_programs())?;
                self.stream(&ground, register, &ask, &columns, sink)
            }
            ExportFormat::Xlsx => {
                let sink = xlsx_writer(out, &def.title.zh, header)?;
                self.stream(&ground, register, &ask, &columns, sink)
            }
        }
    }

    fn stream(
        &self,
        ground: &Ground,
        register: RegisterIx,
        ask: &Ask,
        columns: &Columns,
        mut sink: impl Sink,
    ) -> Outcome<u64> {
        let mut rows = 0;
        self.look(|reader| {
            let mut query = self.exported(ground, reader, register, ask)?;
            query.fields = Some(columns.fields.clone());
            let refs = Refs::new(self, ground, reader);
            let mut line = Line::new(self, ground, reader, columns, &refs);
            reader.each_raw(&query, |row| {
                rows += 1;
                line.write(row, &mut sink)
            })
        })?;
        Box::new(sink).finish()?;
        Ok(rows)
    }

    /// The question, cut to what the person may see and export.
    fn exported(
        &self,
        ground: &Ground,
        reader: &Reader,
        register: RegisterIx,
        ask: &Ask,
    ) -> Outcome<Query> {
        let def = ground.catalogue.at(register);
        let Some(right) = kernel::scope(def, ground.actor, Verb::Export) else {
            let message = format!("您的岗位不能导出{}", def.title.zh);
            return Err(Refusal::forbidden(message).into());
        };
        // The columns are the export's own.
        let plain = Ask {
            columns: Some(Vec::new()),
            ..ask.clone()
        };
        let (mut query, _, _) = self.query(ground, reader, register, &plain)?;
        let within = self.filter_of(&right, ground, def);
        query.filter = Filter::All(vec![query.filter, within]);
        Ok(query)
    }

    fn note_export(&self, actor: &Actor, def: &Register, ask: &Ask, count: u64) -> Outcome<()> {
        let mut detail = vec![
            ("register".to_owned(), def.name.clone()),
            ("count".to_owned(), count.to_string()),
        ];
        if let Some(list) = &ask.list {
            detail.push(("list".to_owned(), list.clone()));
        }
        let condition = conditions(def, ask);
        if !condition.is_empty() {
            detail.push(("condition".to_owned(), condition));
        }
        let event = Event {
            kind: "export".to_owned(),
            record: None,
            detail,
        };
        let meta = Meta {
            at: self.now(),
            actor: actor.account,
            reason: None,
            batch: None,
        };
        let commit = Commit {
            meta,
            changes: Vec::new(),
            relied: Vec::new(),
            events: vec![event],
        };
        self.store()
            .commit(commit)
            .map(|_| ())
            .map_err(|error| self.refused(error))
    }
}

/// By what the export was cut, in words that tell no personal value.
fn conditions(def: &Register, ask: &Ask) -> String {
    let mut words = Vec::new();
    for (name, text) in &ask.filters {
        let sealed = def.field(name).is_some_and(|ix| def.get(ix).sealed());
        words.push(match sealed || looks_personal(text) {
            true => format!("{name}=…"),
            false => format!("{name}={text}"),
        });
    }
    if let Some(condition) = ask
        .condition
        .as_deref()
        .filter(|text| !text.trim().is_empty())
    {
        words.push(match looks_personal(condition) {
            true => "where …".to_owned(),
            false => format!("where {condition}"),
        });
    }
    if ask
        .q
        .as_deref()
        .is_some_and(|words| !words.trim().is_empty())
    {
        // Words of a search may be a person's name.
        words.push("q=…".to_owned());
    }
    words.join("; ")
}
