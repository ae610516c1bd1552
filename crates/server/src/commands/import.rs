//! `jinzhi import`: a table into a register, with progress, a summary, and the wrong rows in a copy.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use app::{Import, Mapping, Progress, Report, WrongTo};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Actor, Id, RegisterIx};

use crate::cli;
use crate::data::House;
use crate::definitions::Sources;
use crate::say::{Done, aside, line, no, told};

const TICK: Duration = Duration::from_millis(100);
/// Rows and kinds of remark that a summary tells one by one.
const TOLD_MAX: usize = 20;

pub fn run(ask: &cli::Import, sources: &Sources) -> anyhow::Result<Done> {
    if !ask.file.is_file() {
        return Err(told(format!("没有文件 {}", ask.file.display())));
    }
    let house = House::to_write(&ask.place.data, sources)?;
    let register = house.register(&ask.register)?;
    let mapping = match &ask.map {
        Some(path) => Some(mapping(&house, register, path)?),
        None => None,
    };
    let wrong = ask.wrong.clone().unwrap_or_else(|| beside(&ask.file));
    let copy = Copy::to(&wrong);
    let title = ask
        .file
        .file_name()
        .unwrap_or_default()
        .display()
        .to_string();
    let import = Import {
        register,
        path: &ask.file,
        mapping: mapping.as_ref(),
        title,
        dry_run: ask.dry_run,
    };
    let wrong_to: WrongTo = Box::new(copy);
    let operator = Actor::operator();
    // Before the first row, so that whoever breaks it off knows what to take back.
    let begun = |batch: Id| {
        aside(format!(
            "批次 {batch}：如中断，可用 jinzhi undo {batch} 撤销"
        ))
    };
    let report = watched(|progress| {
        house
            .app
            .import_told(&operator, &import, progress, Some(wrong_to), begun)
            .map_err(no)
    })?;
    tell(&report, &wrong);
    let clean = report.wrong == 0 && report.broken_off.is_none();
    Ok(if clean { Done::Yes } else { Done::No })
}

fn mapping(house: &House, register: RegisterIx, path: &Path) -> anyhow::Result<Mapping> {
    let text =
        fs::read_to_string(path).with_context(|| format!("映射文件读不了 {}", path.display()))?;
    let shown = path.display().to_string();
    Mapping::read(&house.catalogue, Some(register), &shown, &text).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        told(format!(
            "{}\n映射文件有 {} 处错误",
            faults.join("\n"),
            faults.len()
        ))
    })
}

/// Shows how far the work has come while it is done.
fn watched<T>(work: impl FnOnce(&Progress) -> T) -> T {
    let progress = Progress::default();
    let done = AtomicBool::new(false);
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3}% {msg}") {
        bar.set_style(style);
    }
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                show(&bar, &progress);
                std::thread::sleep(TICK);
            }
        });
        let answer = work(&progress);
        done.store(true, Ordering::Relaxed);
        answer
    });
    bar.finish_and_clear();
    answer
}

fn show(bar: &ProgressBar, progress: &Progress) {
    let reached = progress.reached();
    bar.set_length(reached.bytes_total.max(1));
    bar.set_position(reached.bytes_read);
    let left = reached
        .left
        .map_or_else(String::new, |left| format!("，约剩 {} 秒", left.as_secs()));
    bar.set_message(format!(
        "{} 行，{:.0} 行/秒{left}",
        reached.rows, reached.rate
    ));
}

fn tell(report: &Report, wrong: &Path) {
    let verb = if report.dry_run { "试算" } else { "导入" };
    let seconds = report.took.as_secs_f64().max(0.001);
    line(format!(
        "{verb} {} 行，用时 {seconds:.1} 秒（{:.0} 行/秒）：新增 {}，更改 {}，相同 {}，未导入 {}",
        report.rows,
        report.rows as f64 / seconds,
        report.new,
        report.changed,
        report.same,
        report.wrong
    ));
    if report.warned > 0 {
        line(format!(
            "其中 {} 行导入了，但有内容没读懂，已留存原文",
            report.warned
        ));
    }
    for reason in &report.left_out {
        line(format!("  {reason}"));
    }
    if !report.unused_columns.is_empty() {
        line(format!(
            "没有用到的列：{}",
            report.unused_columns.join("、")
        ));
    }
    for (remark, count) in report.tally.iter().take(TOLD_MAX) {
        line(format!("  {count} 次 {remark}"));
    }
    for (check, count) in report.checks.iter().take(TOLD_MAX) {
        line(format!("  {count} 次提醒 {check}"));
    }
    for row in report.wrong_rows.iter().take(TOLD_MAX) {
        line(format!(
            "  第 {} 行未导入：{}",
            row.line,
            row.remarks.join("；")
        ));
    }
    if report.wrong > 0 {
        line(format!("未导入的行连同原因在 {}", wrong.display()));
    }
    if let Some(why) = &report.broken_off {
        line(format!("没有读到文件末尾：{why}"));
    }
    if !report.dry_run && report.new + report.changed > 0 {
        line(format!(
            "批次 {}，要撤销请运行：jinzhi undo {} --data 目录",
            report.batch, report.batch
        ));
    }
}

/// `lifts.csv.gz` gives `lifts-有误.csv`.
fn beside(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().display().to_string();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "csv"));
    file.with_file_name(format!("{stem}-有误.{ending}"))
}

/// The copy of wrong rows; the file is made when the first byte comes, so that a clean import leaves
/// none.
struct Copy {
    path: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Copy {
    fn to(path: &Path) -> Copy {
        Copy {
            path: path.to_owned(),
            file: None,
        }
    }

    fn open(&mut self) -> io::Result<&mut BufWriter<File>> {
        match &mut self.file {
            Some(file) => Ok(file),
            none => Ok(none.insert(BufWriter::new(File::create(&self.path)?))),
        }
    }
}

impl Write for Copy {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.open()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), BufWriter::flush)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_lies_beside_the_file_and_only_when_needed() {
        assert_eq!(
            beside(Path::new("/a/lifts.csv.gz")),
            Path::new("/a/lifts-有误.csv")
        );
        assert_eq!(
            beside(Path::new("firms.xlsx")),
            Path::new("firms-有误.xlsx")
        );
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("wrong.csv");
        let mut copy = Copy::to(&path);
        copy.flush().unwrap();
        assert!(!path.exists());
        copy.write_all(b"x").unwrap();
        copy.flush().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"x");
    }
}
