//! What can be wrong with a file as a whole, said with the place and what to do.
//!
//! What is wrong with a single row is a [`crate::Flaw`] of that row and does not stop the reading.

use std::io;
use std::path::PathBuf;

use speech::{Said, said};

/// Why a file can not be read, or read on, or written.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.said().zh)]
#[non_exhaustive]
pub enum Error {
    Open {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    NotAFile {
        path: PathBuf,
    },
    Read(#[source] io::Error),
    Write(#[source] io::Error),
    Empty,
    NoHeader {
        line: u64,
    },
    RepeatedHeader {
        names: Vec<RepeatedName>,
    },
    Password,
    OldSpreadsheet,
    NotATable {
        found: Said,
        advice: Said,
    },
    FormatDiffers {
        said: &'static str,
        found: &'static str,
    },
    /// The name ends in `.xlsx`, but it is a text.
    TextCalledXlsx,
    NoSheet {
        sheet: String,
        known: Vec<String>,
    },
    NoVisibleSheet,
    BrokenXlsx {
        reason: Said,
    },
    QuoteNotClosed {
        line: u64,
    },
    QuotedFieldTooLong {
        line: u64,
        limit: usize,
    },
    FieldTooLong {
        line: u64,
        limit: usize,
    },
    RowTooLong {
        line: u64,
        limit: usize,
    },
    TooManyColumns {
        line: u64,
        limit: usize,
    },
    TooLarge {
        what: Said,
        limit: u64,
    },
    WriteXlsx(#[source] rust_xlsxwriter::XlsxError),
}

impl Error {
    /// What is wrong and what to do.
    pub fn said(&self) -> Said {
        match self {
            Error::Open { path, .. } => said!(
                "打不开文件“{}”，请检查路径和权限"
                    / "The file “{}” cannot be opened; please check its path and permissions",
                path.display().to_string()
            ),
            Error::NotAFile { path } => said!(
                "“{}”不是普通文件，请给出一个 CSV 或 XLSX 文件"
                    / "“{}” is no ordinary file; please give a CSV or XLSX file",
                path.display().to_string()
            ),
            Error::Read(_) => said!(
                "读文件时出错，文件可能已损坏或未传完"
                    / "The file could not be read; it may be damaged or incomplete"
            ),
            Error::Write(_) => said!(
                "写文件时出错，请检查磁盘空间和权限"
                    / "The file could not be written; please check space and permissions of the disk"
            ),
            Error::Empty => said!("文件是空的，没有任何内容" / "The file is empty"),
            Error::NoHeader { line } => said!(
                "没有表头：第 {line} 行应当是列名，却像是数据，请在它上面加一行列名"
                    / "There is no header: line {line} should hold the names of the columns but looks like data; please put a line of names above it"
            ),
            Error::RepeatedHeader { names } => said!(
                "表头有重复的列名：{}，请改成不同的名字"
                    / "The header repeats names: {}; please make them different",
                Said::list(names.iter().map(repeated))
            ),
            Error::Password => said!(
                "文件有密码保护，请在表格软件里去掉密码后另存再导入"
                    / "The file is protected by a password; please save it without and import again"
            ),
            Error::OldSpreadsheet => said!(
                "这是旧式 .xls 文件（改名不会变成 .xlsx），请用表格软件另存为 XLSX 再导入"
                    / "This is an old .xls file (a new name does not make it .xlsx); please save it as XLSX and import again"
            ),
            Error::NotATable { found, advice } => said!(
                "这不是 CSV 或 XLSX 表格，而是{}，{}" / "This is no CSV or XLSX table but {}; {}",
                found,
                advice
            ),
            Error::FormatDiffers { said, found } => said!(
                "指定按 {said} 读，文件内容却是 {found}，请改正格式或换文件"
                    / "It was to be read as {said}, but the file is {found}; please correct the format or change the file"
            ),
            Error::TextCalledXlsx => said!(
                "文件名以 .xlsx 结尾，内容却是文字，不是 XLSX 工作簿（改名不会变成 XLSX）。是表格的请用表格软件另存为 XLSX；本来是 CSV 的请把名字改回 .csv 再导入"
                    / "The name ends in .xlsx but the file is text, no XLSX workbook (a new name does not make it one). Save the table as XLSX in a spreadsheet program, or give a CSV file its own name .csv, and import again"
            ),
            Error::NoSheet { sheet, known } => said!(
                "没有名为“{sheet}”的工作表，可用的有：{}"
                    / "There is no sheet “{sheet}”; there are: {}",
                Said::list(known)
            ),
            Error::NoVisibleSheet => said!(
                "工作簿里没有可见的工作表，请取消隐藏，或者指明工作表名"
                    / "The workbook has no visible sheet; please show one, or name one"
            ),
            Error::BrokenXlsx { reason } => said!(
                "XLSX 文件已损坏（{}），请用表格软件打开后另存再导入"
                    / "The XLSX file is damaged ({}); please open it in a spreadsheet program, save it and import again",
                reason
            ),
            Error::QuoteNotClosed { line } => said!(
                "第 {line} 行开始的引号一直没有闭合，请补上或去掉这个引号"
                    / "The quote that begins on line {line} is never closed; please close it or take it away"
            ),
            Error::QuotedFieldTooLong { line, limit } => said!(
                "第 {line} 行开始的带引号单元格超过 {limit} 字节，多半是引号没有闭合，请检查这一行"
                    / "The quoted cell that begins on line {line} has more than {limit} bytes; most likely its quote is not closed, please look at that line"
            ),
            Error::FieldTooLong { line, limit } => said!(
                "第 {line} 行有一个单元格超过 {limit} 字节，请检查分隔符和换行"
                    / "A cell on line {line} has more than {limit} bytes; please check delimiter and line breaks"
            ),
            Error::RowTooLong { line, limit } => said!(
                "第 {line} 行超过 {limit} 字节，请检查换行"
                    / "Line {line} has more than {limit} bytes; please check the line breaks"
            ),
            Error::TooManyColumns { line, limit } => said!(
                "第 {line} 行超过 {limit} 列，请检查分隔符"
                    / "Line {line} has more than {limit} columns; please check the delimiter"
            ),
            Error::TooLarge { what, limit } => said!(
                "{}超过上限（{limit}），已停止读取，请拆成几个文件再导入"
                    / "{} beyond the limit ({limit}); reading stopped, please split it into several files",
                what
            ),
            Error::WriteXlsx(_) => {
                said!("写 XLSX 文件时出错" / "The XLSX file could not be written")
            }
        }
    }
}

/// A column name that stands in the header more than once, with its columns counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedName {
    pub name: String,
    pub columns: Vec<usize>,
}

fn repeated(RepeatedName { name, columns }: &RepeatedName) -> Said {
    said!(
        "“{}”（第 {} 列）" / "“{}” (columns {})",
        name,
        Said::list(columns)
    )
}
