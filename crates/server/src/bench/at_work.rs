//! People at work: the to-do list of one among many tasks, one approval, and hundreds of people at once.

mod approve;
mod crowd;
#[cfg(test)]
mod tests;
mod todo;

use super::Run;
use super::data::copy_folder;
use super::office;
use crate::definitions::Sources;

pub const NAMES: [&str; 3] = [todo::NAME, approve::NAME, crowd::NAME];

/// Measures what is wanted of it, on the devices with an office at work on them.
pub fn measure(run: &mut Run<'_>, sources: &Sources) -> anyhow::Result<()> {
    let (devices, tasks) = (run.ask.devices, run.ask.tasks);
    office::prepare(run.places, (devices, tasks), sources)?;
    run.report.notes.push(format!("在办 {tasks} 件"));
    if run.wants(todo::NAME) {
        todo::measure(run, sources)?;
    }
    if run.wants(approve::NAME) {
        fresh(run, &[run.places.ours(), run.places.bare()])?;
        approve::measure(run, sources)?;
    }
    if run.wants(crowd::NAME) {
        fresh(run, &[run.places.ours()])?;
        crowd::measure(run, sources)?;
    }
    Ok(())
}

/// Whatever changes something begins with the same bytes.
fn fresh(run: &Run<'_>, copies: &[std::path::PathBuf]) -> anyhow::Result<()> {
    for stale in [run.places.ours(), run.places.bare()] {
        if stale.exists() {
            std::fs::remove_dir_all(&stale)?;
        }
    }
    for copy in copies {
        copy_folder(&run.places.office(), copy)?;
    }
    Ok(())
}
