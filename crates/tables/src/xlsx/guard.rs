//! Before an XLSX file is opened: that it is one, and that it does not unpack to more than is allowed.
//!
//! Sizes in a zip's own directory can lie, so the parts are unpacked once and counted.

use std::fs::File;
use std::io::{BufReader, Read};

use speech::{Said, said};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::Error;
use crate::limits::{Limits, XLSX_PARTS_MAX, XLSX_RATIO_FREE_BYTES, XLSX_RATIO_MAX};

const BLOCK_BYTES: usize = 64 << 10;

pub(crate) fn inspect(file: &File, limits: &Limits) -> Result<(), Error> {
    let file = file.try_clone().map_err(Error::Read)?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(broken)?;
    if archive.len() > XLSX_PARTS_MAX {
        return Err(Error::TooLarge {
            what: said!("XLSX 文件里的部件数" / "The parts of the XLSX file are"),
            limit: XLSX_PARTS_MAX as u64,
        });
    }
    let mut has_workbook = false;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(broken)?;
        let name = part.name().map_err(broken)?.to_ascii_lowercase();
        has_workbook |= name == "xl/workbook.xml";
        if name == "xl/workbook.bin" {
            return Err(other(
                said!("XLSB 工作簿" / "an XLSB workbook"),
                said!("请用表格软件另存为 XLSX 再导入" / "please save it as XLSX and import again"),
            ));
        }
        if name == "content.xml" {
            return Err(other(
                said!("ODS 表格" / "an ODS sheet"),
                said!("请用表格软件另存为 XLSX 再导入" / "please save it as XLSX and import again"),
            ));
        }
        if !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let limit = if name.starts_with("xl/worksheets/sheet") {
            limits.xlsx_sheet_bytes
        } else {
            limits.xlsx_part_bytes
        };
        let packed = part.compressed_size();
        measure(&mut part, packed, limit)?;
    }
    if has_workbook {
        Ok(())
    } else {
        Err(other(
            said!("压缩包" / "an archive"),
            said!("请先解压，再导入里面的表格" / "please unpack it and import the table inside"),
        ))
    }
}

fn measure(part: &mut impl Read, packed: u64, limit: u64) -> Result<(), Error> {
    let mut block = vec![0; BLOCK_BYTES];
    let mut unpacked = 0;
    loop {
        let read = part.read(&mut block).map_err(|error| Error::BrokenXlsx {
            reason: Said::same(error.to_string()),
        })?;
        if read == 0 {
            return Ok(());
        }
        unpacked += read as u64;
        if unpacked > limit {
            return Err(Error::TooLarge {
                what: said!("XLSX 文件解压后的字节数" / "The unpacked bytes of the XLSX file are"),
                limit,
            });
        }
        if unpacked > XLSX_RATIO_FREE_BYTES && unpacked / packed.max(1) > XLSX_RATIO_MAX {
            return Err(Error::TooLarge {
                what: said!("XLSX 文件的压缩倍数" / "The compression of the XLSX file is"),
                limit: XLSX_RATIO_MAX,
            });
        }
    }
}

fn other(found: Said, advice: Said) -> Error {
    Error::NotATable { found, advice }
}

fn broken(error: ZipError) -> Error {
    match error {
        ZipError::UnsupportedArchive(reason) if reason == ZipError::PASSWORD_REQUIRED => {
            Error::Password
        }
        ZipError::InvalidPassword => Error::Password,
        ZipError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            Error::Read(error)
        }
        ZipError::InvalidArchive(_) | ZipError::Io(_) => Error::BrokenXlsx {
            reason: said!(
                "文件不完整，可能没有传完" / "it is not whole, perhaps not sent to its end"
            ),
        },
        error => Error::BrokenXlsx {
            reason: Said::same(error.to_string()),
        },
    }
}
