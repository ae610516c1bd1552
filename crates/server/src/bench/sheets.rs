//! Whole sheets: import and export as commands of their own.

use std::ffi::OsStr;
use std::fs;

use super::cases::{self, Material};
use super::child::Used;
use super::report::{Aim, Figures, Line, Whole};
use super::{MEMORY_MB, ROUNDS, Run, data};

/// Rows of one imported sheet.
const SHEET_ROWS: usize = 40_000;
/// Aims of issue 2, §9.
const IMPORT_ROWS: f64 = 20_000.0;
const EXPORT_ROWS: f64 = 200_000.0;

impl Run<'_> {
    /// Sheets of new devices into both copies, another one each time.
    pub(super) fn import(&mut self, material: &Material) -> anyhow::Result<()> {
        if !self.wants("import") {
            return Ok(());
        }
        let (mut ours, mut bare, mut bytes) = (Vec::new(), Vec::new(), 0);
        let sheet = self.places.file("import.csv");
        for nth in 1..=ROUNDS {
            data::sheet(material, &self.places.base(), SHEET_ROWS, &sheet)?;
            bytes = fs::metadata(&sheet)?.len();
            let dir = self.places.ours();
            let words = ["import", cases::REGISTER].map(OsStr::new);
            let words = [
                &words[..],
                &[sheet.as_os_str(), "--data".as_ref(), dir.as_ref()],
            ];
            ours.push(self.places.measured(&words.concat())?);
            let dir = self.places.bare();
            let words = ["bench-bare", "import"].map(OsStr::new);
            let words = [
                &words[..],
                &[sheet.as_os_str(), "--data".as_ref(), dir.as_ref()],
            ];
            bare.push(self.places.measured(&words.concat())?);
            tell("导入", nth, SHEET_ROWS as u64, &ours, &bare);
        }
        self.bulk(
            ("import", "导入 CSV"),
            (SHEET_ROWS as u64, bytes),
            (&ours, &bare),
            IMPORT_ROWS,
        );
        Ok(())
    }

    pub(super) fn export(&mut self) -> anyhow::Result<()> {
        if !self.wants("export") {
            return Ok(());
        }
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        let out = self.places.file("export.csv");
        let dir = self.places.base();
        let rows = data::devices(&dir)?;
        let mut bytes = 0;
        for nth in 1..=ROUNDS {
            let tail = [
                OsStr::new("--data"),
                dir.as_ref(),
                "--out".as_ref(),
                out.as_os_str(),
            ];
            let words = ["export", cases::REGISTER].map(OsStr::new);
            ours.push(self.places.measured(&[&words[..], &tail].concat())?);
            bytes = fs::metadata(&out)?.len();
            let words = ["bench-bare", "export"].map(OsStr::new);
            bare.push(self.places.measured(&[&words[..], &tail].concat())?);
            tell("导出", nth, rows, &ours, &bare);
        }
        self.bulk(
            ("export", "导出 CSV（全部字段）"),
            (rows, bytes),
            (&ours, &bare),
            EXPORT_ROWS,
        );
        Ok(())
    }

    fn bulk(
        &mut self,
        (name, title): (&'static str, &'static str),
        (rows, bytes): (u64, u64),
        (ours, bare): (&[Used], &[Used]),
        aim: f64,
    ) {
        self.report.lines.push(Line {
            name,
            title,
            ours: Figures::of_rows(rows, ours, bytes),
            bare: Figures::of_rows(rows, bare, bytes),
            aim: Some(Aim::Rate(aim)),
        });
        let peak = |runs: &[Used]| {
            runs.iter()
                .map(|run| run.peak_kib)
                .max()
                .unwrap_or_default() as f64
                / 1024.0
        };
        self.report.wholes.push(Whole {
            name: if name == "import" {
                "import_memory"
            } else {
                "export_memory"
            },
            title: if name == "import" {
                "导入进程内存峰值"
            } else {
                "导出进程内存峰值"
            },
            unit: "MB",
            ours: peak(ours),
            bare: peak(bare),
            most: Some(MEMORY_MB),
        });
    }
}

fn tell(what: &str, nth: usize, rows: u64, ours: &[Used], bare: &[Used]) {
    let rate = |runs: &[Used]| {
        runs.last()
            .map_or(0.0, |run| rows as f64 / run.took.as_secs_f64().max(1e-9))
    };
    eprintln!(
        "{what} 第 {nth} 轮：金质 {:.0} 行/秒，裸 {:.0} 行/秒",
        rate(ours),
        rate(bare)
    );
}
