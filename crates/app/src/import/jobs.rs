//! Imports as jobs for pages: started with an uploaded file, watched while they run, kept with
//! their report. Files are personal data: unlinked while read, sealed while kept, gone in a day.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Read;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use kernel::{Actor, Id, Moment, Reason, Refusal, RegisterIx, Verb};
use serde::{Deserialize, Serialize};
use store::ImportJob;

use super::mapping::Mapping;
use super::progress::{Progress, Reached, Report, ToldRow};
use super::spool::{Copy, Draft, Held};
use super::start::{Import, WrongTo};
use crate::{App, No, Outcome};

/// So long the copy of wrong rows and a file that was tried can be fetched.
pub const WRONG_ROWS_KEPT_HOURS: i64 = 24;
const HOUR: i64 = 3_600_000_000;
/// Finished jobs that are kept in memory.
const FINISHED_MAX: usize = 100;
const LISTED_MAX: usize = 200;

const RUNNING: &str = "running";
const DONE: &str = "done";
const FAILED: &str = "failed";
const UNDONE: &str = "undone";
/// What a person is told of an import that an error of the world ended.
const BROKE: &str = "系统出错，导入没有完成；已写入的部分可以撤销";

/// What a page asks for.
#[derive(Clone, Debug)]
pub struct ImportAsk {
    pub register: RegisterIx,
    /// Name of the uploaded file.
    pub title: String,
    /// Text of a mapping file; headers are matched by name or label without.
    pub mapping: Option<String>,
    /// Only tell what would happen.
    pub dry_run: bool,
}

/// A job as its page shows it.
#[derive(Clone, Debug)]
pub struct JobView {
    /// The batch: names the import in history, and undoes it.
    pub id: Id,
    /// Who imported.
    pub account: Id,
    pub register: RegisterIx,
    pub title: String,
    pub dry_run: bool,
    pub began_at: Moment,
    pub ended_at: Option<Moment>,
    pub state: JobState,
    pub reached: Reached,
    pub report: Option<Report>,
    /// A copy of the wrong rows can be downloaded.
    pub has_wrong_rows: bool,
    /// The tried file is still here and can be imported without another upload.
    pub can_go_ahead: bool,
    pub can_undo: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobState {
    Running,
    Done,
    /// A sentence for the person.
    Failed(String),
    Undone,
}

/// Jobs of this process.
#[derive(Default)]
pub(crate) struct Jobs {
    jobs: Mutex<HashMap<Id, Arc<Job>>>,
    /// Registers that are being imported into: two at once could not see each other's keys.
    busy: Arc<Mutex<HashSet<RegisterIx>>>,
}

/// Holds a register while an import or its undoing runs.
pub(crate) struct Turn {
    register: RegisterIx,
    busy: Arc<Mutex<HashSet<RegisterIx>>>,
}

struct Job {
    account: Id,
    began_at: Moment,
    ask: ImportAsk,
    progress: Progress,
    ended: OnceLock<Ended>,
}

struct Ended {
    at: Moment,
    kept: KeptReport,
    report: Option<Report>,
}

/// The report as the store keeps it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct KeptReport {
    dry_run: bool,
    rows: u64,
    warned: u64,
    took_ms: u64,
    wrong_rows: Vec<(u64, Vec<String>)>,
    warned_rows: Vec<(u64, Vec<String>)>,
    tally: Vec<(String, u64)>,
    checks: Vec<(String, u64)>,
    unused_columns: Vec<String>,
    left_out: Vec<String>,
    broken_off: Option<String>,
    failure: Option<String>,
    /// Hash of the sealed copy of wrong rows.
    wrong_file: Option<String>,
    /// Hash of the sealed file that was tried, and its mapping.
    tried_file: Option<String>,
    mapping: Option<String>,
}

impl Jobs {
    /// The register for one import; `None` while another has it.
    pub fn begin(&self, register: RegisterIx) -> Option<Turn> {
        let free = lock(&self.busy).insert(register);
        free.then(|| Turn {
            register,
            busy: self.busy.clone(),
        })
    }

    fn get(&self, id: Id) -> Option<Arc<Job>> {
        lock(&self.jobs).get(&id).cloned()
    }

    fn put(&self, id: Id, job: Arc<Job>) {
        let mut jobs = lock(&self.jobs);
        let mut finished: Vec<Id> = jobs
            .iter()
            .filter(|(_, job)| job.ended.get().is_some())
            .map(|(id, _)| *id)
            .collect();
        finished.sort_unstable_by_key(|id| id.0);
        let surplus = finished.len().saturating_sub(FINISHED_MAX);
        for old in &finished[..surplus] {
            jobs.remove(old);
        }
        jobs.insert(id, job);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        lock(&self.busy).remove(&self.register);
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// Starts an import of an uploaded file; the answer names the job.
    pub fn start_import(&self, actor: &Actor, ask: ImportAsk, file: &mut dyn Read) -> Outcome<Id> {
        let def = self.catalogue().at(ask.register);
        if kernel::scope(def, actor, Verb::Import).is_none() {
            return Err(Refusal::forbidden(format!("您的岗位不能导入{}", def.title.zh)).into());
        }
        let mapping = self.mapping_of(&ask)?;
        let id = self.store().next_id()?;
        let draft = Draft::receive(self.store().dir(), id, file)?;
        // A tried file is kept, so that going ahead needs no second upload.
        let tried_file = match ask.dry_run {
            true => Some(
                self.store()
                    .put_sealed_file(id, &fs::read(&draft.path)?)?
                    .hash,
            ),
            false => None,
        };
        let job = Arc::new(Job {
            account: actor.account,
            began_at: self.now(),
            ask,
            progress: Progress::default(),
            ended: OnceLock::new(),
        });
        self.inner.imports.put(id, job.clone());
        self.keep_job(id, &job, RUNNING, &KeptReport::default(), None)?;
        let (app, actor) = (self.clone(), actor.clone());
        let begun = std::thread::Builder::new()
            .name("import".to_owned())
            .spawn(move || {
                app.work(&actor, id, &job, mapping.as_ref(), draft, tried_file);
            });
        begun?;
        Ok(id)
    }

    /// Imports a file that was tried before, without another upload.
    pub fn go_ahead(&self, actor: &Actor, tried: Id) -> Outcome<Id> {
        let job = self.own_job(actor, tried)?;
        let kept: KeptReport = serde_json::from_str(&job.detail).unwrap_or_default();
        let gone = || No::refuse(Reason::NotFound, "试导入的文件已过期，请重新上传");
        let hash = kept
            .tried_file
            .filter(|_| self.is_fresh(&job))
            .ok_or_else(gone)?;
        let content = self.store().sealed_file(tried, &hash)?.ok_or_else(gone)?;
        let register = self
            .catalogue()
            .register(&job.register)
            .ok_or_else(Refusal::not_found)?;
        let ask = ImportAsk {
            register,
            title: job.file,
            mapping: kept.mapping,
            dry_run: false,
        };
        self.start_import(actor, ask, &mut content.as_slice())
    }

    /// One job of the actor.
    pub fn import_job(&self, actor: &Actor, id: Id) -> Outcome<JobView> {
        let kept = self.own_job(actor, id)?;
        self.view_of_job(kept)
            .ok_or_else(|| Refusal::not_found().into())
    }

    /// The actor's imports, the newest first; the operator sees all.
    pub fn imports(&self, actor: &Actor) -> Outcome<Vec<JobView>> {
        let account = actor.role().map(|_| actor.account);
        let jobs = self.store().imports(account, LISTED_MAX)?;
        Ok(jobs
            .into_iter()
            .filter_map(|job| self.view_of_job(job))
            .collect())
    }

    /// Ends a running import after the batch that is being written.
    pub fn stop_import(&self, actor: &Actor, id: Id) -> Outcome<()> {
        self.own_job(actor, id)?;
        if let Some(job) = self.inner.imports.get(id) {
            job.progress.stop();
        }
        Ok(())
    }

    /// The copy of the wrong rows with its file name, for a day.
    pub fn wrong_rows(&self, actor: &Actor, id: Id) -> Outcome<(String, Vec<u8>)> {
        let job = self.own_job(actor, id)?;
        let kept: KeptReport = serde_json::from_str(&job.detail).unwrap_or_default();
        let gone = || No::refuse(Reason::NotFound, "有误行的副本已过期，请重新导入");
        let hash = kept
            .wrong_file
            .filter(|_| self.is_fresh(&job))
            .ok_or_else(gone)?;
        let content = self.store().sealed_file(id, &hash)?.ok_or_else(gone)?;
        let stem = job.file.trim_end_matches(".gz");
        let (stem, ending) = stem.rsplit_once('.').unwrap_or((stem, "csv"));
        Ok((format!("{stem}-有误.{ending}"), content))
    }

    fn mapping_of(&self, ask: &ImportAsk) -> Outcome<Option<Mapping>> {
        let Some(text) = &ask.mapping else {
            return Ok(None);
        };
        match Mapping::read(self.catalogue(), Some(ask.register), "映射文件", text) {
            Ok(mapping) => Ok(Some(mapping)),
            Err(faults) => {
                let blames = faults
                    .iter()
                    .map(|fault| kernel::Blame::at("mapping", "mapping", fault.to_string()));
                Err(Refusal::invalid(blames.collect()).into())
            }
        }
    }

    fn work(
        &self,
        actor: &Actor,
        id: Id,
        job: &Job,
        mapping: Option<&Mapping>,
        draft: Draft,
        tried_file: Option<String>,
    ) {
        let copy = Copy::default();
        let wrong_to: WrongTo = Box::new(copy.clone());
        let import = Import {
            register: job.ask.register,
            path: &draft.path,
            mapping,
            title: job.ask.title.clone(),
            dry_run: job.ask.dry_run,
        };
        let outcome = self.import_as(actor, id, &import, &job.progress, Some(wrong_to), || {
            draft.unlink();
            Ok(())
        });
        drop(draft);
        let mut kept = KeptReport {
            tried_file,
            mapping: job.ask.mapping.clone(),
            ..KeptReport::default()
        };
        let (state, report) = match outcome {
            Ok(report) => {
                kept.take(&report);
                if report.wrong > 0 {
                    kept.wrong_file = self.keep_copy(id, &copy);
                }
                (DONE, Some(report))
            }
            Err(No::Refused(refusal)) => {
                let more = refusal.blames.iter().map(|blame| blame.message.as_str());
                let whole = match refusal.blames.len() {
                    0 | 1 => refusal.message.clone(),
                    _ => more.collect::<Vec<_>>().join("\n"),
                };
                kept.failure = Some(whole);
                (FAILED, None)
            }
            Err(No::Broke(error)) => {
                tracing::error!(import.id = %id, error = &error as &dyn std::error::Error, "An import broke off");
                kept.failure = Some(BROKE.to_owned());
                (FAILED, None)
            }
        };
        kept.dry_run = job.ask.dry_run;
        let ended = Ended {
            at: self.now(),
            kept: kept.clone(),
            report,
        };
        if let Err(error) = self.keep_job(id, job, state, &kept, Some(&ended)) {
            tracing::error!(import.id = %id, error = &error as &dyn std::error::Error, "The report of an import was not kept");
        }
        // Set once, by this thread.
        let _ = job.ended.set(ended);
    }

    /// The sealed copy of wrong rows; a copy that is too large is not kept.
    fn keep_copy(&self, id: Id, copy: &Copy) -> Option<String> {
        let bytes = std::mem::take(&mut *lock(&copy.0));
        let Held::Bytes(bytes) = bytes else {
            return None;
        };
        match self.store().put_sealed_file(id, &bytes) {
            Ok(stored) => Some(stored.hash),
            Err(error) => {
                tracing::error!(import.id = %id, error = &error as &dyn std::error::Error, "The wrong rows were not kept");
                None
            }
        }
    }

    fn keep_job(
        &self,
        id: Id,
        job: &Job,
        state: &str,
        kept: &KeptReport,
        ended: Option<&Ended>,
    ) -> Outcome<()> {
        let reached = job.progress.reached();
        let detail = serde_json::to_string(kept).map_err(|_| crate::Error::Broken("a report"))?;
        self.store().keep_import(ImportJob {
            id,
            register: self.catalogue().at(job.ask.register).name.clone(),
            account: job.account,
            file: job.ask.title.clone(),
            state: state.to_owned(),
            began_at: job.began_at,
            ended_at: ended.map(|ended| ended.at),
            new: reached.new,
            changed: reached.changed,
            same: reached.same,
            wrong: reached.wrong,
            detail,
        })?;
        Ok(())
    }

    /// Keeps that an import from the command line has begun.
    pub(crate) fn keep_begun(
        &self,
        actor: &Actor,
        import: &Import,
        batch: Id,
        began_at: Moment,
    ) -> Outcome<()> {
        let (begun, none) = ((batch, began_at), Reached::default());
        self.keep_row(
            actor,
            import,
            begun,
            (RUNNING, None),
            &none,
            &KeptReport::default(),
        )
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
            No::Refused(refusal) => refusal.message.clone(),
            No::Broke(_) => BROKE.to_owned(),
        };
        let kept = KeptReport {
            failure: Some(failure),
            ..KeptReport::default()
        };
        let ended = (FAILED, Some(self.now()));
        self.keep_row(actor, import, begun, ended, reached, &kept)
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
        let (begun, ended) = ((report.batch, began_at), (DONE, Some(ended_at)));
        self.keep_row(actor, import, begun, ended, &reached, &kept)
    }

    fn keep_row(
        &self,
        actor: &Actor,
        import: &Import,
        (id, began_at): (Id, Moment),
        (state, ended_at): (&str, Option<Moment>),
        reached: &Reached,
        kept: &KeptReport,
    ) -> Outcome<()> {
        let detail = serde_json::to_string(kept).map_err(|_| crate::Error::Broken("a report"))?;
        self.store().keep_import(ImportJob {
            id,
            register: self.catalogue().at(import.register).name.clone(),
            account: actor.account,
            file: import.title.clone(),
            state: state.to_owned(),
            began_at,
            ended_at,
            new: reached.new,
            changed: reached.changed,
            same: reached.same,
            wrong: reached.wrong,
            detail,
        })?;
        Ok(())
    }

    fn own_job(&self, actor: &Actor, id: Id) -> Outcome<ImportJob> {
        let job = self.store().import(id)?;
        let own = job.filter(|job| actor.role().is_none() || job.account == actor.account);
        own.ok_or_else(|| Refusal::not_found().into())
    }

    fn is_fresh(&self, job: &ImportJob) -> bool {
        self.now().0 - job.began_at.0 < WRONG_ROWS_KEPT_HOURS * HOUR
    }

    fn view_of_job(&self, kept: ImportJob) -> Option<JobView> {
        let register = self.catalogue().register(&kept.register)?;
        let fresh = self.is_fresh(&kept);
        let live = self.inner.imports.get(kept.id);
        let mut detail: KeptReport = serde_json::from_str(&kept.detail).unwrap_or_default();
        let mut reached = Reached {
            new: kept.new,
            changed: kept.changed,
            same: kept.same,
            wrong: kept.wrong,
            rows: detail.rows,
            ..Reached::default()
        };
        let mut report = (kept.state != RUNNING && detail.failure.is_none())
            .then(|| detail.report(kept.id, register, &kept));
        let mut dry_run = detail.dry_run;
        let mut ended_at = kept.ended_at;
        if let Some(job) = &live {
            reached = job.progress.reached();
            dry_run = job.ask.dry_run;
            if let Some(ended) = job.ended.get() {
                report = ended.report.clone();
                detail = ended.kept.clone();
                ended_at = Some(ended.at);
            }
        }
        let state = match (kept.state.as_str(), &detail.failure) {
            (UNDONE, _) => JobState::Undone,
            (_, Some(why)) => JobState::Failed(why.clone()),
            (RUNNING, _) if live.is_none() => {
                JobState::Failed("系统重新启动，导入没有完成；已写入的部分可以撤销".to_owned())
            }
            (RUNNING, _) if ended_at.is_none() => JobState::Running,
            _ => JobState::Done,
        };
        let written = reached.new + reached.changed > 0 && !dry_run;
        let over = !matches!(state, JobState::Running | JobState::Undone);
        Some(JobView {
            id: kept.id,
            account: kept.account,
            register,
            title: kept.file,
            dry_run,
            began_at: kept.began_at,
            ended_at,
            state,
            reached,
            report,
            has_wrong_rows: fresh && detail.wrong_file.is_some(),
            can_go_ahead: fresh && dry_run && detail.tried_file.is_some(),
            can_undo: over && !dry_run && (written || live.is_none()),
        })
    }
}

impl KeptReport {
    fn take(&mut self, report: &Report) {
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

    fn report(&self, batch: Id, register: RegisterIx, job: &ImportJob) -> Report {
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
