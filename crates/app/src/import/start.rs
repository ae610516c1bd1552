//! Starting an import: right, file, header and mapping first, then the rows.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io::Write;
use std::path::Path;

use kernel::{Actor, Blame, Event, Id, Meta, Reason, Refusal, RegisterIx, Verb};
use speech::{Said, said};
use tables::{Options, Reader, Remarked};

use super::mapping::Mapping;
use super::plan::{Plan, REMARK_COLUMN, matched};
use super::progress::{Progress, Report};
use super::row::Divisions;
use super::run::{Repeats, Run};
use super::tally::sorted;
use super::world::{ImportWorld, Memory};
use crate::{App, No, Outcome};

/// What is imported, where to, and how.
pub struct Import<'a> {
    pub register: RegisterIx,
    pub path: &'a Path,
    /// Without one, headers are matched by name or label.
    pub mapping: Option<&'a Mapping>,
    /// How the file is called in the ledger.
    pub title: String,
    /// Only tell what would happen.
    pub dry_run: bool,
}

/// Takes the copy of the rows that were refused.
pub type WrongTo = Box<dyn Write + Send>;

impl App {
    /// Imports a table: good rows go in, wrong ones come back in a copy with a remark each.
    pub fn import(
        &self,
        actor: &Actor,
        import: &Import,
        progress: &Progress,
        wrong_to: Option<WrongTo>,
    ) -> Outcome<Report> {
        self.import_told(actor, import, progress, wrong_to, |_| {})
    }

    /// The same, and `begun` hears the batch before the first row is written: from then on the import
    /// is kept as running, so that it can be undone even if this process is killed.
    pub fn import_told(
        &self,
        actor: &Actor,
        import: &Import,
        progress: &Progress,
        wrong_to: Option<WrongTo>,
        begun: impl FnOnce(Id),
    ) -> Outcome<Report> {
        let batch = self.store().next_id()?;
        let began_at = self.now();
        let mut is_kept = false;
        let outcome = self.import_as(actor, batch, import, progress, wrong_to, || {
            if !import.dry_run {
                self.keep_begun(actor, import, batch, began_at)?;
                is_kept = true;
                begun(batch);
            }
            Ok(())
        });
        match &outcome {
            Ok(report) => self.keep_report(actor, import, report)?,
            Err(no) if is_kept => {
                // The error itself is what the caller must hear.
                let reached = progress.reached();
                if let Err(error) = self.keep_failed(actor, import, (batch, began_at), &reached, no)
                {
                    tracing::error!(import.id = %batch, error = &error as &dyn std::error::Error, "The end of an import was not kept");
                }
            }
            Err(_) => {}
        }
        outcome
    }

    /// The same under a batch that is known beforehand. `opened` is called when the file is
    /// open and its columns are understood, before the first row.
    pub(crate) fn import_as(
        &self,
        actor: &Actor,
        batch: Id,
        import: &Import,
        progress: &Progress,
        wrong_to: Option<WrongTo>,
        opened: impl FnOnce() -> Outcome<()>,
    ) -> Outcome<Report> {
        let def = self.catalogue().at(import.register);
        if kernel::scope(def, actor, Verb::Import).is_none() {
            return Err(Refusal::forbidden(said!(
                "您的岗位不能导入{}" / "Your role may not import: {}",
                def.title
            ))
            .into());
        }
        let kept_by_flows = self
            .flow_house()
            .is_ok_and(|house| [house.matter, house.task, house.clock].contains(&import.register));
        if def.is_flow() || kept_by_flows {
            // Not even at the machine: a record without its matter would be nobody's turn.
            let message = said!(
                "{}按流程办理，不能导入" / "{} goes step by step and cannot be imported",
                def.title
            );
            return Err(Refusal::new(Reason::Conflict, message).into());
        }
        let _turn = self.inner.imports.begin(import.register).ok_or_else(|| {
            let message = said!(
                "{}正在导入另一个文件，请等它完成再试"
                    / "Another file is being imported into {}; please wait until it is done",
                def.title
            );
            Refusal::new(Reason::Conflict, message)
        })?;
        let mut options = Options {
            called: Some(import.title.clone()),
            ..Options::default()
        };
        if let Some(mapping) = import.mapping {
            options.encoding = mapping.encoding;
            options.delimiter = mapping.delimiter;
            options.sheet = mapping.sheet.clone();
        }
        let file = Reader::open(import.path, &options).map_err(unreadable)?;
        progress.begin(file.size());
        let scout = Reader::open(import.path, &options).map_err(unreadable)?;
        let files = (file, scout);
        let outcome = self.import_open(actor, (batch, opened), import, progress, files, wrong_to);
        progress.end();
        outcome
    }

    fn import_open(
        &self,
        actor: &Actor,
        (batch, opened): (Id, impl FnOnce() -> Outcome<()>),
        import: &Import,
        progress: &Progress,
        (file, scout): (Reader, Reader),
        wrong_to: Option<WrongTo>,
    ) -> Outcome<Report> {
        let def = self.catalogue().at(import.register);
        let own;
        let mut passed_over = Vec::new();
        let (mapping, id_column, left_out) = match import.mapping {
            Some(mapping) => (mapping, None, Vec::new()),
            None => {
                own = matched(import.register, def, file.header()).map_err(no_header)?;
                passed_over = own.passed_over.clone();
                (&own.mapping, own.id_column.as_deref(), own.left_out.clone())
            }
        };
        let frame = self.frame();
        let ground = self.ground(&frame, actor);
        let memory = Memory::default();
        let plan = self.look(|reader| {
            let world = ImportWorld {
                app: self,
                reader,
                register: import.register,
                places: self.places(),
                memory: &memory,
            };
            let plan = Plan::new(&ground, &world, mapping, file.header(), id_column);
            plan.map_err(|faults| {
                let blames = faults
                    .iter()
                    .map(|fault| Blame::at("mapping", "mapping", fault.said()));
                let mut refusal = Refusal::invalid(blames.collect());
                refusal.message = Said::lines(faults.iter().map(|fault| fault.said()));
                refusal.into()
            })
        })?;
        let remarked = match wrong_to {
            Some(out) => Some(Remarked::new(&file, out, REMARK_COLUMN)?),
            None => None,
        };
        let mut unused_columns = plan.unused.clone();
        unused_columns.retain(|name| !passed_over.contains(name));
        let mut run = Run {
            app: self,
            actor,
            plan: &plan,
            memory: &memory,
            divisions: Divisions::default(),
            reads: self.inner.hooks.reads(self.catalogue(), def, None),
            followed: self.is_followed(import.register),
            dry_run: import.dry_run,
            batch,
            progress,
            remarked,
            ids: VecDeque::new(),
            repeats: Repeats::default(),
            postponed: Vec::new(),
            postponed_keys: HashSet::new(),
            postpones: true,
            spare: Vec::new(),
            tally: HashMap::new(),
            checks: HashMap::new(),
            report: Report {
                batch,
                register: import.register,
                dry_run: import.dry_run,
                rows: 0,
                new: 0,
                changed: 0,
                same: 0,
                wrong: 0,
                warned: 0,
                wrong_rows: Vec::new(),
                warned_rows: Vec::new(),
                tally: Vec::new(),
                checks: Vec::new(),
                unused_columns,
                left_out: left_out
                    .into_iter()
                    .map(|why| why.take(actor.lang))
                    .collect(),
                took: std::time::Duration::ZERO,
                broken_off: None,
            },
        };
        opened()?;
        let ended = run.all(file, scout);
        let Run {
            remarked,
            tally,
            checks,
            mut report,
            ..
        } = run;
        if let Some(remarked) = remarked {
            remarked.finish()?;
        }
        ended?;
        report.warned_rows.sort_by_key(|row| row.line);
        report.tally = sorted(tally);
        report.checks = sorted(checks);
        report.took = progress.reached().took;
        if !import.dry_run && report.new + report.changed > 0 {
            self.note_import(actor, import, &report)?;
        }
        Ok(report)
    }

    /// The import as a whole, in the ledger.
    fn note_import(&self, actor: &Actor, import: &Import, report: &Report) -> Outcome<()> {
        let detail = [
            (
                "register",
                self.catalogue().at(import.register).name.clone(),
            ),
            ("batch", report.batch.to_string()),
            ("file", import.title.clone()),
            ("new", report.new.to_string()),
            ("changed", report.changed.to_string()),
            ("same", report.same.to_string()),
            ("wrong", report.wrong.to_string()),
        ];
        let detail = detail
            .into_iter()
            .map(|(name, text)| (name.to_owned(), text))
            .collect();
        let event = Event {
            kind: "import".to_owned(),
            record: None,
            detail,
        };
        self.write_down(Meta::of(actor, self.now()), event)
    }
}

fn no_header(faults: Vec<Said>) -> No {
    let blames = faults
        .iter()
        .map(|fault| Blame::at("header", "header", fault.clone()))
        .collect();
    let mut refusal = Refusal::invalid(blames);
    refusal.message = Said::lines(&faults);
    refusal.into()
}

/// A file that cannot be read is a matter for the person who sent it.
fn unreadable(error: tables::Error) -> No {
    match error {
        tables::Error::Write(_) | tables::Error::WriteXlsx(_) => error.into(),
        error => No::refuse(Reason::Invalid, error.said()),
    }
}
