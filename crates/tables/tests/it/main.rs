//! The room as its callers see it: files are made, read, copied and broken.

mod bad_files;
mod csv;
mod noise;
mod remarked;
mod round_trip;
mod xlsx;

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tables::{Error, Options, Reader, Row};
use tempfile::TempDir;

/// A directory with one file in it.
pub struct Given {
    pub path: PathBuf,
    _dir: TempDir,
}

pub fn given(bytes: impl AsRef<[u8]>) -> Given {
    let dir = TempDir::new().expect("a directory");
    let path = dir.path().join("table");
    std::fs::write(&path, bytes).expect("a file");
    Given { path, _dir: dir }
}

impl Given {
    pub fn open(&self) -> Result<Reader, Error> {
        self.open_with(&Options::default())
    }

    pub fn open_with(&self, options: &Options) -> Result<Reader, Error> {
        Reader::open(&self.path, options)
    }

    /// The sentence that the file is refused with, wherever in it.
    pub fn refusal(&self) -> String {
        self.refusal_with(&Options::default())
    }

    pub fn refusal_with(&self, options: &Options) -> String {
        let read = self
            .open_with(options)
            .and_then(|reader| rows_of(reader).map(|rows| rows.len()));
        read.expect_err("a refusal").to_string()
    }
}

pub fn rows_of(mut reader: Reader) -> Result<Vec<Row>, Error> {
    let (mut row, mut rows) = (Row::default(), Vec::new());
    while reader.next_row(&mut row)? {
        rows.push(row.clone());
    }
    Ok(rows)
}

pub fn cells_of(reader: Reader) -> Vec<Vec<String>> {
    rows_of(reader)
        .expect("rows")
        .into_iter()
        .map(|row| row.cells)
        .collect()
}

/// Bytes that can be looked at after the writer has gone.
#[derive(Clone, Default)]
pub struct Out(Arc<Mutex<Vec<u8>>>);

impl Out {
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().expect("unpoisoned").clone()
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("unpoisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub fn gb18030(text: &str) -> Vec<u8> {
    let (bytes, _, has_lost) = encoding_rs::GB18030.encode(text);
    assert!(!has_lost, "{text}");
    bytes.into_owned()
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn readers_and_writers_may_go_to_another_thread() {
    fn goes<T: Send>() {}
    goes::<Reader>();
    goes::<tables::CsvWriter<Out>>();
    goes::<tables::XlsxWriter<Out>>();
    goes::<tables::Remarked<Out>>();
}
