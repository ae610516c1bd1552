//! The command line, small enough to be read by the auditor who relies on it.

use std::ffi::OsString;
use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
核对金质账本：找出绕过程序对业务表、历史、账本或附件所做的修改、删除、插入和换位。只读，不改动任何文件。

用法：
  jinzhi-verify 目录或数据库 [--head 文件]... [--key 公钥文件]... [--json]
  jinzhi-verify --export 文件 [--head 文件]... [--key 公钥文件]... [--json]

  --head 文件    另存的签名头（jinzhi ledger head 的输出），可多次给出；据此可发现截断与整体重写
  --key 文件     节点公钥（130 位十六进制），可多次给出；据此核对账本头签名
  --export 文件  核对 jinzhi ledger export 的输出，而不是数据库
  --json         以 JSON 输出
  --help, --version

退出码：0 完整；1 发现问题；2 无法读取或参数有误
";

/// What the caller wants.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Help,
    Version,
    Check(Args),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) subject: Subject,
    pub(crate) heads: Vec<PathBuf>,
    pub(crate) keys: Vec<PathBuf>,
    pub(crate) output: Output,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Database(PathBuf),
    Export(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Text,
    Json,
}

/// Reads the words after the program's name, or says which one is not understood.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Ask, String> {
    let mut words = words.into_iter();
    let (mut subjects, mut heads, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    let mut output = Output::Text;
    while let Some(word) = words.next() {
        let mut file = |option: &str| {
            words
                .next()
                .map(PathBuf::from)
                .ok_or(format!("{option} 之后缺少文件名"))
        };
        match word.to_str() {
            Some("--help" | "-h") => return Ok(Ask::Help),
            Some("--version" | "-V") => return Ok(Ask::Version),
            Some("--json") => output = Output::Json,
            Some("--head") => heads.push(file("--head")?),
            Some("--key") => keys.push(file("--key")?),
            Some("--export") => subjects.push(Subject::Export(file("--export")?)),
            Some(option) if option.starts_with('-') => {
                return Err(format!("不认识的选项 {option}"));
            }
            _ => subjects.push(Subject::Database(PathBuf::from(word))),
        }
    }
    let subject = subjects.pop().ok_or("没有说明核对什么")?;
    if !subjects.is_empty() {
        return Err("一次只能核对一个数据库或一个导出文件".to_owned());
    }
    Ok(Ask::Check(Args {
        subject,
        heads,
        keys,
        output,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<Ask, String> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn every_option_is_understood() {
        assert_eq!(
            asked("data --head a --json --head b --key k"),
            Ok(Ask::Check(Args {
                subject: Subject::Database("data".into()),
                heads: vec!["a".into(), "b".into()],
                keys: vec!["k".into()],
                output: Output::Json,
            }))
        );
        assert_eq!(
            asked("--export x"),
            Ok(Ask::Check(Args {
                subject: Subject::Export("x".into()),
                heads: vec![],
                keys: vec![],
                output: Output::Text,
            }))
        );
        assert_eq!(asked("data --help"), Ok(Ask::Help));
        assert_eq!(asked("-V"), Ok(Ask::Version));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert_eq!(asked("").unwrap_err(), "没有说明核对什么");
        assert_eq!(asked("d --heads x").unwrap_err(), "不认识的选项 --heads");
        assert_eq!(asked("d --head").unwrap_err(), "--head 之后缺少文件名");
        assert!(asked("d e").is_err());
        assert!(asked("d --export e").is_err());
    }
}
