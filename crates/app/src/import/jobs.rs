//! Imports as jobs for pages: started with an uploaded file, watched while they run, kept with
//! their report. Files are personal data: unlinked while read, sealed while kept, gone in a day.

mod kept;
mod view;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Read;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use kernel::{Actor, Id, Moment, Reason, Refusal, RegisterIx, Verb};
use store::ImportJob;

use self::kept::KeptReport;
pub use self::view::{JobState, JobView};
use super::mapping::Mapping;
use super::progress::{Progress, Report};
use super::spool::{Copy, Draft, Held};
use super::start::{Import, WrongTo};
use crate::{App, No, Outcome};
use speech::{Said, said};

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
fn broke() -> Said {
    said!(
        "系统出错，导入没有完成；已写入的部分可以撤销"
            / "Something broke and the import did not finish; what was written can be undone"
    )
}

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
            return Err(Refusal::forbidden(said!(
                "您的岗位不能导入{}" / "Your role may not import: {}",
                def.title
            ))
            .into());
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
        let gone = || {
            No::refuse(
                Reason::NotFound,
                said!(
                    "试导入的文件已过期，请重新上传"
                        / "The file that was tried is no longer kept; please upload it again"
                ),
            )
        };
        if let Some(why) = kept.broken_off.or(kept.failure) {
            let message = said!(
                "试导入没有做完，不能接着导入：{why}"
                    / "The try did not finish, so the import cannot go ahead: {why}"
            );
            return Err(No::refuse(Reason::Conflict, message));
        }
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
        let gone = || {
            No::refuse(
                Reason::NotFound,
                said!(
                    "有误行的副本已过期，请重新导入"
                        / "The copy of the wrong rows is no longer kept; please import again"
                ),
            )
        };
        let hash = kept
            .wrong_file
            .filter(|_| self.is_fresh(&job))
            .ok_or_else(gone)?;
        let content = self.store().sealed_file(id, &hash)?.ok_or_else(gone)?;
        let stem = job.file.trim_end_matches(".gz");
        let (stem, ending) = stem.rsplit_once('.').unwrap_or((stem, "csv"));
        let name = said!("{stem}-有误.{ending}" / "{stem}-wrong.{ending}");
        Ok((name.take(actor.lang), content))
    }

    fn mapping_of(&self, ask: &ImportAsk) -> Outcome<Option<Mapping>> {
        let Some(text) = &ask.mapping else {
            return Ok(None);
        };
        match Mapping::read(self.catalogue(), Some(ask.register), "mapping.toml", text) {
            Ok(mapping) => Ok(Some(mapping)),
            Err(faults) => {
                let blames = faults
                    .iter()
                    .map(|fault| kernel::Blame::at("mapping", "mapping", fault.said()));
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
                let more = refusal.blames.iter().map(|blame| &blame.message);
                let whole = match refusal.blames.len() {
                    0 | 1 => refusal.message.get(actor.lang).to_owned(),
                    _ => Said::lines(more).take(actor.lang),
                };
                kept.failure = Some(whole);
                (FAILED, None)
            }
            Err(No::Broke(error)) => {
                tracing::error!(import.id = %id, error = &error as &dyn std::error::Error, "An import broke off");
                kept.failure = Some(broke().take(actor.lang));
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

    fn own_job(&self, actor: &Actor, id: Id) -> Outcome<ImportJob> {
        let job = self.store().import(id)?;
        let own = job.filter(|job| actor.role().is_none() || job.account == actor.account);
        own.ok_or_else(|| Refusal::not_found().into())
    }

    fn is_fresh(&self, job: &ImportJob) -> bool {
        self.now().0 - job.began_at.0 < WRONG_ROWS_KEPT_HOURS * HOUR
    }
}
