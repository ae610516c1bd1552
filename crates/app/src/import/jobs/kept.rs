//! What the store keeps of an import: how it stands, its report, and where its sealed files are.

use kernel::{Actor, Id, Moment, RegisterIx};
use serde::{Deserialize, Serialize};
use store::ImportJob;

use super::{DONE, Ended, FAILED, Job, RUNNING, broke};
use crate::import::progress::{Reached, Report, ToldRow};
use crate::import::start::Import;
use crate::{App, No, Outcome};

/// The report as the store keeps it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct KeptReport {
    pub(super) dry_run: bool,
    pub(super) rows: u64,
    pub(super) warned: u64,
    pub(super) took_ms: u64,
    pub(super) wrong_rows: Vec<(u64, Vec<String>)>,
    pub(super) warned_rows: Vec<(u64, Vec<String>)>,
    pub(super) tally: Vec<(String, u64)>,
    pub(super) checks: Vec<(String, u64)>,
    pub(super) unused_columns: Vec<String>,
    pub(super) left_out: Vec<String>,
    pub(super) broken_off: Option<String>,
    pub(super) failure: Option<String>,
    /// Hash of the sealed copy of wrong rows.
    pub(super) wrong_file: Option<String>,
    /// Hash of the sealed file that was tried, and its mapping.
    pub(super) tried_file: Option<String>,
    pub(super) mapping: Option<String>,
}

/// Which import a line is about.
struct About<'a> {
    id: Id,
    register: RegisterIx,
    account: Id,
    file: &'a str,
    began_at: Moment,
}

impl<'a> About<'a> {
    fn of(actor: &Actor, import: &'a Import, (id, began_at): (Id, Moment)) -> About<'a> {
        About {
            id,
            register: import.register,
            account: actor.account,
            file: &import.title,
            began_at,
        }
    }
}

impl App {
    /// Keeps how an import with pages stands.
    pub(super) fn keep_job(
        &self,
        id: Id,
        job: &Job,
        state: &str,
        kept: &KeptReport,
        ended: Option<&Ended>,
    ) -> Outcome<()> {
        let about = About {
            id,
            register: job.ask.register,
            account: job.account,
            file: &job.ask.title,
            began_at: job.began_at,
        };
        let ended = (state, ended.map(|ended| ended.at));
        self.keep_row(about, ended, &job.progress.reached(), kept)
    }

    /// Keeps that an import from the command line has begun.
    pub(crate) fn keep_begun(
        &self,
        actor: &Actor,
        import: &Import,
        batch: Id,
        began_at: Moment,
    ) -> Outcome<()> {
        let about = About::of(actor, import, (batch, began_at));
        let (reached, kept) = (Reached::default(), KeptReport::default());
        self.keep_row(about, (RUNNING, None), &reached, &kept)
    }

    /// Keeps that it broke off, with what was written until then.
    pub(crate) fn keep_failed(
        &self,
        actor: &Actor,
        import: &Import,
        begun: (Id, Moment),
        reached: &Reached,
        no: &No,
    ) -> Outcome<()> {
        let failure = match no {
            No::Refused(refusal) => refusal.message.get(actor.lang).to_owned(),
            No::Broke(_) => broke().take(actor.lang),
        };
        let kept = KeptReport {
            failure: Some(failure),
            ..KeptReport::default()
        };
        let ended = (FAILED, Some(self.now()));
        self.keep_row(About::of(actor, import, begun), ended, reached, &kept)
    }

    /// Keeps what an import from the command line came to, so that it can be undone as well.
    pub(crate) fn keep_report(
        &self,
        actor: &Actor,
        import: &Import,
        report: &Report,
    ) -> Outcome<()> {
        let mut kept = KeptReport {
            dry_run: report.dry_run,
            ..KeptReport::default()
        };
        kept.take(report);
        let ended_at = self.now();
        let began_at = Moment(ended_at.0 - report.took.as_micros() as i64);
        let reached = Reached {
            new: report.new,
            changed: report.changed,
            same: report.same,
            wrong: report.wrong,
            ..Reached::default()
        };
        let about = About::of(actor, import, (report.batch, began_at));
        self.keep_row(about, (DONE, Some(ended_at)), &reached, &kept)
    }

    fn keep_row(
        &self,
        about: About<'_>,
        (state, ended_at): (&str, Option<Moment>),
        reached: &Reached,
        kept: &KeptReport,
    ) -> Outcome<()> {
        let detail = serde_json::to_string(kept).map_err(|_| crate::Error::Broken("a report"))?;
        self.store().keep_import(ImportJob {
            id: about.id,
            register: self.catalogue().at(about.register).name.clone(),
            account: about.account,
            file: about.file.to_owned(),
            state: state.to_owned(),
            began_at: about.began_at,
            ended_at,
            new: reached.new,
            changed: reached.changed,
            same: reached.same,
            wrong: reached.wrong,
            detail,
        })?;
        Ok(())
    }
}

impl KeptReport {
    pub(super) fn take(&mut self, report: &Report) {
        let told = |rows: &[ToldRow]| rows.iter().map(|r| (r.line, r.remarks.clone())).collect();
        self.rows = report.rows;
        self.warned = report.warned;
        self.took_ms = report.took.as_millis() as u64;
        self.wrong_rows = told(&report.wrong_rows);
        self.warned_rows = told(&report.warned_rows);
        self.tally = report.tally.clone();
        self.checks = report.checks.clone();
        self.unused_columns = report.unused_columns.clone();
        self.left_out = report.left_out.clone();
        self.broken_off = report.broken_off.clone();
    }

    pub(super) fn report(&self, batch: Id, register: RegisterIx, job: &ImportJob) -> Report {
        let told = |rows: &[(u64, Vec<String>)]| {
            rows.iter()
                .map(|(line, remarks)| ToldRow {
                    line: *line,
                    remarks: remarks.clone(),
                })
                .collect()
        };
        Report {
            batch,
            register,
            dry_run: self.dry_run,
            rows: self.rows,
            new: job.new,
            changed: job.changed,
            same: job.same,
            wrong: job.wrong,
            warned: self.warned,
            wrong_rows: told(&self.wrong_rows),
            warned_rows: told(&self.warned_rows),
            tally: self.tally.clone(),
            checks: self.checks.clone(),
            unused_columns: self.unused_columns.clone(),
            left_out: self.left_out.clone(),
            took: std::time::Duration::from_millis(self.took_ms),
            broken_off: self.broken_off.clone(),
        }
    }
}
