//! What can be wrong with a file as a whole, said in Chinese with the place and what to do.
//!
//! What is wrong with a single row is a [`crate::Flaw`] of that row and does not stop the reading.

use std::io;
use std::path::PathBuf;

/// Why a file can not be read, or read on, or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("打不开文件“{}”，请检查路径和权限", path.display())]
    Open {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("“{}”不是普通文件，请给出一个 CSV 或 XLSX 文件", path.display())]
    NotAFile { path: PathBuf },
    #[error("读文件时出错，文件可能已损坏或未传完")]
    Read(#[source] io::Error),
    #[error("写文件时出错，请检查磁盘空间和权限")]
    Write(#[source] io::Error),
    #[error("文件是空的，没有任何内容")]
    Empty,
    #[error("没有表头：第 {line} 行应当是列名，却像是数据，请在它上面加一行列名")]
    NoHeader { line: u64 },
    #[error("表头有重复的列名：{}，请改成不同的名字", describe_repeated(names))]
    RepeatedHeader { names: Vec<RepeatedName> },
    #[error("文件有密码保护，请在表格软件里去掉密码后另存再导入")]
    Password,
    #[error("这是旧式 .xls 文件（改名不会变成 .xlsx），请用表格软件另存为 XLSX 再导入")]
    OldSpreadsheet,
    #[error("这不是 CSV 或 XLSX 表格，而是{found}，{advice}")]
    NotATable {
        found: &'static str,
        advice: &'static str,
    },
    #[error("指定按 {said} 读，文件内容却是 {found}，请改正格式或换文件")]
    FormatDiffers {
        said: &'static str,
        found: &'static str,
    },
    #[error("没有名为“{sheet}”的工作表，可用的有：{}", known.join("、"))]
    NoSheet { sheet: String, known: Vec<String> },
    #[error("工作簿里没有可见的工作表，请取消隐藏，或者指明工作表名")]
    NoVisibleSheet,
    #[error("XLSX 文件已损坏（{reason}），请用表格软件打开后另存再导入")]
    BrokenXlsx { reason: String },
    #[error("第 {line} 行开始的引号一直没有闭合，请补上或去掉这个引号")]
    QuoteNotClosed { line: u64 },
    #[error("第 {line} 行开始的带引号单元格超过 {limit} 字节，多半是引号没有闭合，请检查这一行")]
    QuotedFieldTooLong { line: u64, limit: usize },
    #[error("第 {line} 行有一个单元格超过 {limit} 字节，请检查分隔符和换行")]
    FieldTooLong { line: u64, limit: usize },
    #[error("第 {line} 行超过 {limit} 字节，请检查换行")]
    RowTooLong { line: u64, limit: usize },
    #[error("第 {line} 行超过 {limit} 列，请检查分隔符")]
    TooManyColumns { line: u64, limit: usize },
    #[error("{what}超过上限（{limit}），已停止读取，请拆成几个文件再导入")]
    TooLarge { what: &'static str, limit: u64 },
    #[error("写 XLSX 文件时出错")]
    WriteXlsx(#[source] rust_xlsxwriter::XlsxError),
}

/// A column name that stands in the header more than once, with its columns counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedName {
    pub name: String,
    pub columns: Vec<usize>,
}

fn describe_repeated(names: &[RepeatedName]) -> String {
    let mut parts = Vec::with_capacity(names.len());
    for RepeatedName { name, columns } in names {
        let columns: Vec<String> = columns.iter().map(usize::to_string).collect();
        parts.push(format!("“{name}”（第 {} 列）", columns.join("、")));
    }
    parts.join("、")
}
