//! The bytes of a file: how many were read, unpacked where they are gz, and what they begin with.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use speech::{Said, said};

use crate::encoding::fill;
use crate::error::Error;

/// What a file is by its first bytes, whatever its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Text,
    Gz,
    Zip,
}

/// Opens a regular file; a pipe can not be read twice, which deciding the encoding needs.
pub(crate) fn open(path: &Path) -> Result<(File, u64), Error> {
    let wrap = |source| Error::Open {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(wrap)?;
    let metadata = file.metadata().map_err(wrap)?;
    if !metadata.is_file() {
        return Err(Error::NotAFile {
            path: path.to_owned(),
        });
    }
    if metadata.len() == 0 {
        return Err(Error::Empty);
    }
    Ok((file, metadata.len()))
}

pub(crate) fn content(file: &mut File) -> Result<Content, Error> {
    let mut head = [0; 512];
    let read = fill(file, &mut head).map_err(Error::Read)?;
    file.seek(SeekFrom::Start(0)).map_err(Error::Read)?;
    let head = &head[..read];
    if head.starts_with(b"\x1f\x8b") {
        return Ok(Content::Gz);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Content::Zip);
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let is_encrypted = contains(file, &utf16("EncryptedPackage")).map_err(Error::Read)?;
        return Err(if is_encrypted {
            Error::Password
        } else {
            Error::OldSpreadsheet
        });
    }
    refuse_others(head)?;
    Ok(Content::Text)
}

/// Files that are sent in place of tables, by the bytes they begin with.
pub(crate) fn refuse_others(head: &[u8]) -> Result<(), Error> {
    let save_as = || {
        said!(
            "请用表格软件打开后另存为 XLSX 再导入"
                / "please open it in a spreadsheet program, save it as XLSX and import again"
        )
    };
    let other = || said!("请换成 CSV 或 XLSX 文件" / "please give a CSV or XLSX file");
    let unpack =
        || said!("请先解压，再导入里面的表格" / "please unpack it and import the table inside");
    let kinds: [(&[u8], Said, Said); 11] = [
        (b"%PDF-", said!("PDF 文件" / "a PDF file"), other()),
        (b"\x89PNG", said!("图片" / "a picture"), other()),
        (b"\xff\xd8\xff", said!("图片" / "a picture"), other()),
        (b"Rar!", said!("RAR 压缩包" / "a RAR archive"), unpack()),
        (
            b"7z\xbc\xaf\x27\x1c",
            said!("7z 压缩包" / "a 7z archive"),
            unpack(),
        ),
        (
            b"PK\x03\x04",
            said!("压缩包里的压缩包" / "an archive within an archive"),
            unpack(),
        ),
        (
            b"\x1f\x8b",
            said!("压缩包里的压缩包" / "an archive within an archive"),
            unpack(),
        ),
        (b"<html", said!("网页" / "a web page"), save_as()),
        (b"<!doctype", said!("网页" / "a web page"), save_as()),
        (b"<table", said!("网页" / "a web page"), save_as()),
        (b"<?xml", said!("XML 文件" / "an XML file"), save_as()),
    ];
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let head = head.trim_ascii_start();
    for (magic, found, advice) in kinds {
        if head.len() >= magic.len() && head[..magic.len()].eq_ignore_ascii_case(magic) {
            return Err(Error::NotATable { found, advice });
        }
    }
    Ok(())
}

/// Bytes of a CSV file, unpacked if need be, with a count of the packed ones.
pub(crate) enum Source {
    Plain(Counted<File>),
    Gz {
        inner: Box<MultiGzDecoder<BufReader<Counted<File>>>>,
        left: u64,
        limit: u64,
    },
}

impl Source {
    pub(crate) fn new(file: File, content: Content, gz_bytes_max: u64) -> Source {
        let counted = Counted {
            inner: file,
            read: 0,
        };
        if content == Content::Gz {
            let inner = Box::new(MultiGzDecoder::new(BufReader::new(counted)));
            Source::Gz {
                inner,
                left: gz_bytes_max,
                limit: gz_bytes_max,
            }
        } else {
            Source::Plain(counted)
        }
    }

    pub(crate) fn position(&self) -> u64 {
        match self {
            Source::Plain(counted) => counted.read,
            Source::Gz { inner, .. } => inner.get_ref().get_ref().read,
        }
    }

    /// The limit that was run into, if one was: a gz file that unpacks to more than is allowed.
    pub(crate) fn exceeded(&self) -> Option<Error> {
        match self {
            Source::Gz { left: 0, limit, .. } => Some(Error::TooLarge {
                what: said!("压缩文件解压后的字节数" / "The unpacked bytes are"),
                limit: *limit,
            }),
            _ => None,
        }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Source::Plain(counted) => counted.read(buffer),
            Source::Gz { left: 0, .. } => Ok(0),
            Source::Gz { inner, left, .. } => {
                let room = buffer
                    .len()
                    .min(usize::try_from(*left).unwrap_or(usize::MAX));
                let read = inner.read(&mut buffer[..room])?;
                *left -= read as u64;
                Ok(read)
            }
        }
    }
}

pub(crate) struct Counted<R> {
    inner: R,
    read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read += read as u64;
        Ok(read)
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Whether the bytes stand anywhere in the file, read in blocks that overlap.
fn contains(file: &mut File, wanted: &[u8]) -> io::Result<bool> {
    let mut block = vec![0; 64 << 10];
    let mut kept = 0;
    loop {
        let read = fill(file, &mut block[kept..])?;
        let bytes = &block[..kept + read];
        if bytes.windows(wanted.len()).any(|window| window == wanted) {
            return Ok(true);
        }
        if kept + read < block.len() {
            return Ok(false);
        }
        kept = wanted.len() - 1;
        let from = block.len() - kept;
        block.copy_within(from.., 0);
    }
}
