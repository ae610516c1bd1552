//! `jinzhi imports`: the batches that were imported, the newest first, broken-off ones as well.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use app::{JobState, JobView};
use kernel::{Actor, Id};

use crate::cli::Place;
use crate::data::{House, Lock};
use crate::definitions::Sources;
use crate::say::{Done, line, no};

pub fn run(place: &Place, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::beside(&place.data, sources)?;
    let jobs = house.app.imports(&Actor::operator()).map_err(no)?;
    if jobs.is_empty() {
        line("没有导入过");
        return Ok(Done::Yes);
    }
    // An import that has no end is either under way in another process or was broken off: whoever
    // gets the lock knows that nobody is at work.
    let open = |job: &JobView| job.ended_at.is_none() && job.state != JobState::Undone;
    let at_work = jobs.iter().any(open) && Lock::take(&place.data).is_err();
    let mut names: HashMap<Id, String> = HashMap::new();
    for job in &jobs {
        let who = match names.entry(job.account) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(who(&house, job.account)?),
        };
        let state = match open(job) {
            true if at_work => "正在导入",
            true => "中断，可以撤销",
            false => ended(job),
        };
        let counts = match job.ended_at {
            Some(_) => counts(job),
            None => written(&house, job.id)?,
        };
        line(format!(
            "{}\t{}\t{}\t{}\t{who}\t{state}\t{counts}",
            job.id,
            house.catalogue.at(job.register).name,
            job.title,
            job.began_at.local().strftime("%Y-%m-%d %H:%M"),
        ));
    }
    Ok(Done::Yes)
}

fn ended(job: &JobView) -> &'static str {
    match job.state {
        JobState::Running => "正在导入",
        JobState::Done if job.dry_run => "试算",
        JobState::Done => "完成",
        JobState::Failed(_) if job.can_undo => "没有完成，可以撤销",
        JobState::Failed(_) => "没有完成",
        JobState::Undone => "已撤销",
    }
}

fn counts(job: &JobView) -> String {
    let reached = &job.reached;
    format!(
        "新增 {}，更改 {}，相同 {}，未导入 {}",
        reached.new, reached.changed, reached.same, reached.wrong
    )
}

/// What history holds of a batch that could not say itself what it came to.
fn written(house: &House, batch: Id) -> anyhow::Result<String> {
    let entries = house.store.read(|reader| reader.batch_entries(batch))?;
    Ok(format!("已写入 {} 条", entries.len()))
}

fn who(house: &House, account: Id) -> anyhow::Result<String> {
    if account == Actor::operator().account {
        return Ok("命令行".to_owned());
    }
    let person = house.app.person(account).map_err(no)?;
    Ok(person.map_or_else(|| account.to_string(), |person| person.actor.login.clone()))
}
