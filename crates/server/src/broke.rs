//! What a command says when the world broke: in Chinese what it is and what to do, and the cause in
//! brackets.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::path::Path;

use rusqlite::ErrorCode;
use store::{CommitError, Error};

use crate::say;

const FULL: &str = "磁盘已满，没有写完：请腾出空间后重试，已写入的部分是完整的";
const READ_ONLY: &str = "数据目录或者其中的文件不可写：请核对它的所有者和权限，以及磁盘是否只读";
const BUSY: &str = "数据库正被别的程序占用：请停止它后重试";
const DAMAGED: &str =
    "数据库文件已损坏：请不要再写入，先另存一份，再用 jinzhi ledger verify 核验或者从备份恢复";
const DISK: &str = "磁盘读写出错：请检查磁盘和文件系统后重试";
const OPEN: &str = "数据库文件打不开：请核对数据目录是否存在、所有者和权限是否正确";
const OTHER: &str = "数据库出错，没有完成：请重试，仍不行时请连同括号里的原因报告";

/// The sentence for the operator; errors that are told in Chinese already stay as they are.
pub fn sentence(error: &anyhow::Error) -> String {
    let cause = say::chain(error);
    match error.chain().find_map(meaning) {
        Some(sentence) => format!("{sentence}（{cause}）"),
        None => cause,
    }
}

fn meaning(cause: &(dyn StdError + 'static)) -> Option<String> {
    if let Some(error) = cause.downcast_ref::<Error>() {
        return Some(of_store(error));
    }
    if let Some(CommitError::Broken(error)) = cause.downcast_ref::<CommitError>() {
        return Some(of_store(error));
    }
    let error = cause.downcast_ref::<io::Error>()?;
    of_file(error.kind()).map(str::to_owned)
}

fn of_store(error: &Error) -> String {
    match error {
        Error::Sqlite(error) => of_database(error.sqlite_error_code()).to_owned(),
        Error::File { path, source, .. } => match source.kind() {
            ErrorKind::NotFound if is_key(path) => format!(
                "缺少密钥文件 {}，没有它读不出个人信息：请从另行保存的备份恢复 keys 目录",
                path.display()
            ),
            ErrorKind::NotFound => format!(
                "缺少文件 {}：请从备份恢复，或者核对数据目录",
                path.display()
            ),
            kind => of_file(kind).unwrap_or(DISK).to_owned(),
        },
        Error::Damaged(_) | Error::Ledger(_) => DAMAGED.to_owned(),
        Error::NoData(dir) => format!(
            "{} 不是数据目录：请先运行 jinzhi init --data {}",
            dir.display(),
            dir.display()
        ),
        Error::Exists(dir) => format!("{} 里已有数据：请换一个目录", dir.display()),
        Error::Chance => "系统给不出随机数：请检查操作系统后重试".to_owned(),
        _ => OTHER.to_owned(),
    }
}

fn of_database(code: Option<ErrorCode>) -> &'static str {
    match code {
        Some(ErrorCode::DiskFull) => FULL,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => READ_ONLY,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => BUSY,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => DAMAGED,
        Some(ErrorCode::SystemIoFailure) => DISK,
        Some(ErrorCode::CannotOpen) => OPEN,
        _ => OTHER,
    }
}

fn of_file(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some(FULL),
        ErrorKind::ReadOnlyFilesystem => Some(READ_ONLY),
        ErrorKind::PermissionDenied => Some("没有读写这个文件的权限：请核对它的所有者和权限"),
        _ => None,
    }
}

fn is_key(path: &Path) -> bool {
    path.parent().is_some_and(|folder| folder.ends_with("keys"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_says_in_chinese_what_it_lacks_and_the_cause_in_brackets() {
        let codes = [
            (13, "磁盘已满"),
            (8, "不可写"),
            (11, "已损坏"),
            (14, "打不开"),
            (10, "磁盘读写出错"),
        ];
        for (code, wanted) in codes {
            let database = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            let error = anyhow::Error::from(app::Error::from(Error::from(database)));
            let said = sentence(&error);
            assert!(said.contains(wanted), "{code}: {said}");
            assert!(
                said.ends_with('）') && said.contains("（the store failed"),
                "{said}"
            );
        }
        let plain = anyhow::anyhow!("区划代码不对");
        assert_eq!(sentence(&plain), "区划代码不对");
    }
}
