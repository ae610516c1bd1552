//! Export: the records a person may see and export, streamed into a sheet from one snapshot.
//!
//! Personal values stay masked. That someone exported, what and how much, stands in the ledger
//! before the first row leaves; the values do not.

mod cells;
mod columns;
mod parts;
mod refs;

use std::io::Write;

use kernel::{Actor, Event, Ground, Id, Meta, Refusal, Register, RegisterIx, Verb};
use store::{Filter, Query, Reader};
use tables::{Cell, CsvOptions, Mark, Sink, csv_writer, xlsx_writer};

use crate::{App, Ask, Outcome, Within, looks_personal};
pub(crate) use cells::ERASED;
use cells::Line;
use columns::Columns;
use parts::Sheet;
use refs::Refs;
use speech::said;

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
        let (count, query) = self.look(|reader| {
            let mut query = self.exported(&ground, reader, register, &ask)?;
            let count = match reader.count_to(&query, COUNT_MAX)? {
                store::Count::Exact(count) | store::Count::MoreThan(count) => count,
            };
            query.fields = Some(columns.fields.clone());
            Ok((count, query))
        })?;
        self.note_export(actor, def, &ask, count)?;
        let header = &columns.header;
        let mark = self.mark_of(&ground, count)?;
        let options = match format {
            ExportFormat::Csv => CsvOptions::for_people(),
            ExportFormat::PlainCsv => CsvOptions::for_programs(),
            ExportFormat::Xlsx => {
                let sink = xlsx_writer(out, &def.title.zh, header)?.marked(mark);
                return self.stream(&ground, &query, &columns, sink, None);
            }
        };
        let mut sink = csv_writer(out, header, options)?;
        // Whatever an account takes says who took it (hard rule 9). Without is only what the operator takes
        // for a program at the machine, where the database lies anyway.
        let marked = format == ExportFormat::Csv || actor.account != Id(0);
        let mark = marked.then_some(&mark);
        if query.is_whole() && parts::threads() > 1 {
            let snapshots = self.store().snapshots(parts::threads() + 1)?;
            if snapshots.len() > 2 {
                let sheet = Sheet {
                    app: self,
                    ground: &ground,
                    columns: &columns,
                    query: &query,
                    options,
                };
                let rows = parts::write(sheet, snapshots, &mut sink)?;
                write_mark(&mut sink, mark)?;
                Box::new(sink).finish()?;
                return Ok(rows);
            }
        }
        self.stream(&ground, &query, &columns, sink, mark)
    }

    fn stream(
        &self,
        ground: &Ground,
        query: &Query,
        columns: &Columns,
        mut sink: impl Sink,
        mark: Option<&Mark>,
    ) -> Outcome<u64> {
        let mut rows = 0;
        self.look(|reader| {
            let refs = Refs::new(self, ground, reader);
            let mut line = Line::new(self, ground, reader, columns, &refs);
            reader.each_raw(query, |row| {
                rows += 1;
                line.write(row, &mut sink)
            })
        })?;
        write_mark(&mut sink, mark)?;
        Box::new(sink).finish()?;
        Ok(rows)
    }

    /// Who takes the file, for whom and when (hard rule 9): it goes with the file.
    fn mark_of(&self, ground: &Ground, count: u64) -> Outcome<Mark> {
        let actor = ground.actor;
        let at = ground.now.local();
        let at = at.strftime("%Y-%m-%d %H:%M:%S");
        let (who, unit) = match actor.account {
            Id(0) => {
                let machine = said!("服务器命令行" / "the server's command line");
                (machine.take(actor.lang), String::new())
            }
            account => self.look(|reader| {
                let name = self.name_of(reader, account);
                let units = self.house("unit")?;
                let unit = reader.get(units, actor.unit)?;
                let title = |unit: kernel::Record| {
                    unit.named(self.catalogue().at(units), "title").to_string()
                };
                let who = said!("{name}（{}）" / "{name} ({})", actor.login);
                let who = who.take(actor.lang);
                Ok((who, unit.map(title).unwrap_or_default()))
            })?,
        };
        let whence = match unit.as_str() {
            "" => who.clone(),
            unit => format!("{who} · {unit}"),
        };
        let words = said!(
            "导出：{whence} · {} · {count} 行 · 个人信息已遮盖，仅限工作使用，不得外传"
                / "exported by {whence} · {} · {count} rows · personal data masked; for official use only",
            at.to_string()
        );
        let sheet = said!("导出说明" / "About this file");
        let lang = actor.lang;
        Ok(Mark::new(&who, sheet.get(lang), words.get(lang)))
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
            let message = said!(
                "您的岗位不能导出{}" / "Your role may not export: {}",
                def.title
            );
            return Err(Refusal::forbidden(message).into());
        };
        // The columns are the export's own, and nobody exports beyond the own right.
        let plain = Ask {
            columns: Some(Vec::new()),
            within: Within::Own,
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
        self.write_down(Meta::of(actor, self.now()), event)
    }
}

fn write_mark(sink: &mut impl Sink, mark: Option<&Mark>) -> Result<(), tables::Error> {
    match mark {
        Some(mark) => sink.write_row(&[Cell::text(&mark.line)]),
        None => Ok(()),
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
