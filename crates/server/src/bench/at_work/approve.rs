//! One approval after the other, each of a matter that nobody has approved before: a station finds that
//! the report is true, and the section has the next turn.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use calendar::{Calendar, Clock, Limit};
use kernel::flow::days_late;
use kernel::{Id, Moment};
use serde_json::json;

use crate::bench::bare::{self, Approval, Next, Standing};
use crate::bench::cases::Side;
use crate::bench::client::{Key, Request};
use crate::bench::load::{Askers, Asking, WARM_UP};
use crate::bench::office::{self, REPORT, Through};
use crate::bench::report::{Aim, Line};
use crate::bench::{ROUNDS, Run};
use crate::definitions::Sources;

pub const NAME: &str = "approve";
const TITLE: &str = "审批一件（办理、转下一步）";
/// Aim of issue 3, §7.
const SHARE: f64 = 0.4;
/// The step that is approved, by whom, and what follows: as `report.toml` has it.
const FROM: &str = "for_station";
const ROLE: &str = "station_officer";
const ACT: &str = "inspect";
const TO: &str = "station_checked";
const NEXT_ROLES: &str = "section_officer+section_head";
const NEXT_LIMIT: &str = "3 workdays";
const OPINION: &str = "经现场核查，情况属实，建议确认";
/// More than a machine approves in a second.
const A_SECOND: f64 = 4_000.0;

/// An approval in the words of both sides.
pub(super) struct Prepared {
    pub(super) approval: Approval,
    key: Key,
}

pub fn measure(run: &mut Run<'_>, sources: &Sources) -> anyhow::Result<()> {
    let dirs = [run.places.ours(), run.places.bare()];
    let wanted = run.ask.seconds * (1.0 + WARM_UP) * ROUNDS as f64 * A_SECOND;
    let prepared = Arc::new(prepared(&dirs[0], sources, wanted as usize + 1)?);
    let before = [bare::entries(&dirs[0])?, bare::entries(&dirs[1])?];
    let (ours, bare_side) = (run.server(Side::Ours)?, run.server(Side::Bare)?);
    ours.rest()?;
    let askers = |side| askers(side, &prepared, run.ask.connections);
    let (of_ours, of_bare) = run.rounds(TITLE, askers, (&ours, &bare_side))?;
    ours.stop()?;
    bare_side.stop()?;
    let by_ours = written(&dirs[0], before[0])?;
    let by_bare = written(&dirs[1], before[1])?;
    ensure!(
        by_ours == by_bare,
        "one approval writes {by_ours} entries, and {by_bare} on the bare side"
    );
    run.report.lines.push(Line {
        name: NAME,
        title: TITLE,
        ours: of_ours,
        bare: of_bare,
        aim: Some(Aim::Share(SHARE)),
    });
    Ok(())
}

/// So many matters at the step, each with an officer of the station at which it lies.
pub(super) fn prepared(
    dir: &Path,
    sources: &Sources,
    wanted: usize,
) -> anyhow::Result<Vec<Prepared>> {
    let standing = bare::standing(dir, (REPORT, FROM), wanted)?;
    let officers: HashMap<Id, Id> = bare::seated(dir)?
        .into_iter()
        .filter(|seated| seated.role == ROLE)
        .map(|seated| (seated.unit, seated.account))
        .collect();
    let (units, accounts): (Vec<Id>, Vec<Id>) = officers.into_iter().unzip();
    let keys = office::open(dir, sources, &accounts, Through::Token)?;
    let officers = units.into_iter().zip(accounts.into_iter().zip(keys));
    let officers: HashMap<Id, (Id, Key)> = officers.collect();
    let following = Following::of(dir)?;
    let mut prepared = Vec::with_capacity(standing.len());
    for at in standing {
        let Some((doer, key)) = officers.get(&at.unit) else {
            continue;
        };
        prepared.push(Prepared {
            approval: approval(&at, *doer, &following)?,
            key: key.clone(),
        });
    }
    ensure!(
        !prepared.is_empty(),
        "no matter stands at {FROM}: more --tasks"
    );
    Ok(prepared)
}

fn approval(at: &Standing, doer: Id, following: &Following) -> anyhow::Result<Approval> {
    Ok(Approval {
        record: at.record.0,
        task: at.task,
        matter: at.matter,
        doer: doer.0,
        unit: at.unit.0,
        role: ROLE.to_owned(),
        act: ACT.to_owned(),
        state: TO.to_owned(),
        opinion: OPINION.to_owned(),
        late_days: following.late(at.due),
        next: following.turn(&at.division)?,
    })
}

/// History entries of each ledger line: one line is one approval.
fn written(dir: &Path, before: (i64, i64)) -> anyhow::Result<f64> {
    let after = bare::entries(dir)?;
    let lines = (after.1 - before.1).max(1);
    Ok((after.0 - before.0) as f64 / lines as f64)
}

/// What follows an approval, by place.
struct Following {
    units: HashMap<String, Id>,
    now: Moment,
    due: i64,
}

impl Following {
    fn of(dir: &Path) -> anyhow::Result<Following> {
        use app::Clock as _;
        let limit: Limit = NEXT_LIMIT.parse()?;
        let now = app::SystemClock.now();
        let clock = Clock::start(now.timestamp(), limit);
        let due = clock.due(Calendar::builtin()).due().context("no end")?;
        Ok(Following {
            units: bare::units(dir)?,
            now,
            due: Moment::from_timestamp(due.moment).0,
        })
    }

    fn late(&self, due: Option<Moment>) -> Option<i64> {
        let due = due.filter(|due| self.now >= *due)?;
        let late = days_late(Calendar::builtin(), due, self.now);
        Some(i64::from(late))
    }

    fn turn(&self, division: &str) -> anyhow::Result<Next> {
        let bureau = division.get(..6).and_then(|code| self.units.get(code));
        let bureau = bureau.context("no bureau")?;
        Ok(Next {
            desk: format!("u:{bureau}:{NEXT_ROLES}"),
            roles: NEXT_ROLES.to_owned(),
            unit: bureau.0,
            limit: NEXT_LIMIT.to_owned(),
            due: self.due,
        })
    }
}

fn askers(side: Side, prepared: &Arc<Vec<Prepared>>, connections: usize) -> Askers {
    let asker = |nth: usize| -> Box<dyn Asking> {
        Box::new(Approving {
            side,
            prepared: Arc::clone(prepared),
            at: nth,
            step: connections,
        })
    };
    (0..connections).map(asker).collect()
}

struct Approving {
    side: Side,
    prepared: Arc<Vec<Prepared>>,
    at: usize,
    step: usize,
}

impl Asking for Approving {
    fn next(&mut self) -> Request {
        let prepared = &self.prepared[self.at.min(self.prepared.len() - 1)];
        self.at += self.step;
        request(self.side, prepared)
    }

    fn is_spent(&self) -> bool {
        self.at >= self.prepared.len()
    }

    fn answered(&mut self, _: u16, _: &[u8]) -> anyhow::Result<()> {
        Ok(())
    }
}

fn request(side: Side, Prepared { approval, key }: &Prepared) -> Request {
    let (target, version, body) = match side {
        Side::Ours => {
            let record = Id(approval.record);
            let target = format!("/api/{REPORT}/{record}/actions/{}", approval.act);
            // The record is as it was made.
            (target, Some(1), json!({ "opinion": approval.opinion }))
        }
        Side::Bare => ("/approve".to_owned(), None, bare_body(approval)),
    };
    let request = Request {
        key: None,
        method: "POST",
        target,
        version,
        body: Some(body.to_string()),
    };
    request.by(key)
}

fn bare_body(approval: &Approval) -> serde_json::Value {
    let Approval {
        record,
        task,
        matter,
        doer,
        unit,
        role,
        act,
        state,
        opinion,
        late_days,
        next,
    } = approval;
    json!({
        "record": record, "task": task, "matter": matter, "doer": doer, "unit": unit, "role": role,
        "act": act, "state": state, "opinion": opinion, "late_days": late_days,
        "next": {
            "desk": next.desk, "roles": next.roles, "unit": next.unit, "limit": next.limit,
            "due": next.due,
        },
    })
}
