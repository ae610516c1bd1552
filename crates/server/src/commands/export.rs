//! `jinzhi export`: a register, or what a condition finds in it, as a sheet.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use app::{Ask, ExportFormat, Labels};
use kernel::Actor;

use crate::cli::{Export, Format};
use crate::data::House;
use crate::definitions::Sources;
use crate::say::{Done, aside, no};

/// Bytes gathered before they go to the file or the pipe.
const BUFFER_BYTES: usize = 256 * 1024;

pub fn run(ask: &Export, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::beside(&ask.place.data, sources)?;
    let register = house.register(&ask.register)?;
    let question = Ask {
        condition: ask.only.clone(),
        ..Ask::default()
    };
    let labels = if ask.labels {
        Labels::Words
    } else {
        Labels::Names
    };
    let format = match (ask.format, labels) {
        (Format::Xlsx, _) => ExportFormat::Xlsx,
        // Words are for people, names for programs.
        (Format::Csv, Labels::Words) => ExportFormat::Csv,
        (Format::Csv, Labels::Names) => ExportFormat::PlainCsv,
    };
    let write = |out: &mut (dyn Write + Send)| {
        let operator = Actor::operator();
        house
            .app
            .export(&operator, register, &question, (format, labels), out)
            .map_err(no)
    };
    let begun = Instant::now();
    let rows = match &ask.out {
        None => write(&mut BufWriter::with_capacity(BUFFER_BYTES, io::stdout()))?,
        // A device or a pipe is written to as it is: a new file must never take its place.
        Some(path) if path.exists() && !path.is_file() => {
            let file = OpenOptions::new()
                .write(true)
                .open(path)
                .with_context(|| format!("写不了 {}", path.display()))?;
            write_whole(file, path, write)?
        }
        Some(path) => {
            // Under another name until it is whole: a broken-off export is not taken for a full one.
            let part = path.with_added_extension("part");
            let file = File::create(&part).with_context(|| format!("写不了 {}", part.display()))?;
            let rows = write_whole(file, &part, write)?;
            fs::rename(&part, path).with_context(|| format!("写不了 {}", path.display()))?;
            rows
        }
    };
    let seconds = begun.elapsed().as_secs_f64().max(0.001);
    aside(format!(
        "已导出 {rows} 行，用时 {seconds:.1} 秒（{:.0} 行/秒）",
        rows as f64 / seconds
    ));
    Ok(Done::Yes)
}

/// Writes all of an export into an open file and answers its number of rows.
fn write_whole(
    file: File,
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> anyhow::Result<u64>,
) -> anyhow::Result<u64> {
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, file);
    let rows = write(&mut out)?;
    out.flush()
        .with_context(|| format!("写不了 {}", path.display()))?;
    Ok(rows)
}
