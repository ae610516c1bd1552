//! A job as its page shows it: what the store kept, and while it runs what the job itself tells.

use kernel::{Actor, Id, Moment, Refusal, RegisterIx};
use speech::{Said, said};
use store::ImportJob;

use super::kept::KeptReport;
use super::{LISTED_MAX, RUNNING, UNDONE};
use crate::import::progress::{Reached, Report};
use crate::{App, Outcome};

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
    Failed(Said),
    Undone,
}

impl App {
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
            (_, Some(why)) => JobState::Failed(Said::same(why.clone())),
            (RUNNING, _) if live.is_none() => JobState::Failed(said!(
                "系统重新启动，导入没有完成；已写入的部分可以撤销"
                    / "The system was restarted and the import did not finish; what was written can be undone"
            )),
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
            can_go_ahead: fresh
                && dry_run
                && detail.tried_file.is_some()
                && detail.broken_off.is_none()
                && detail.failure.is_none(),
            can_undo: over && !dry_run && (written || live.is_none()),
        })
    }
}
