//! Errors of TOML in plain Chinese.

use crate::fault::{At, What};

/// Where it is and what to do about it.
pub(crate) fn explain(content: &str, file: usize, error: &toml::de::Error) -> (At, What) {
    let span = error.span().unwrap_or(content.len()..content.len());
    let at = At {
        file,
        start: span.start,
        end: span.end,
    };
    let message = error.message();
    let here = content.get(span.clone()).unwrap_or_default();
    if message.contains("quoted") && here.trim().is_empty() && !message.contains("key") {
        return (
            at,
            What::Syntax {
                detail: INCOMPLETE.to_owned(),
            },
        );
    }
    if message.starts_with("duplicate key") {
        let key = content.get(span).unwrap_or_default();
        return (
            at,
            What::DuplicateKey {
                key: key.trim_matches(['"', '\'']).to_owned(),
            },
        );
    }
    (
        at,
        What::Syntax {
            detail: plain(message).to_owned(),
        },
    )
}

const INCOMPLETE: &str = "“名称 = 值”没有写完整";

/// The message of the parser is for programmers and partly misleading: an unquoted text is told
/// as an invalid boolean.
fn plain(message: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&["expected newline"]) {
        "一行只能写一项，多余的内容请另起一行"
    } else if says(&["unquoted key", "invalid key", "missing key"]) {
        "名称只能含字母、数字、下划线和连字符，其他须加引号"
    } else if says(&[
        "string values must be quoted",
        "invalid boolean",
        "invalid unquoted value",
    ]) {
        "文字须加引号"
    } else if says(&["array"]) {
        "列表 […] 没有写完整，请检查逗号和右方括号"
    } else if says(&["inline table"]) {
        "表 {…} 没有写完整，请检查逗号和右花括号"
    } else if says(&["table"]) {
        "表头 […] 没有写完整"
    } else if says(&["string", "quote"]) {
        "引号没有成对，或引号内有不允许的字符"
    } else if says(&["no value", "missing value", "`=`"]) {
        INCOMPLETE
    } else if says(&["number", "integer", "float", "digit", "underscore"]) {
        "数字写法有误"
    } else if says(&["date", "time"]) {
        "日期写法有误，应如 2027-03-01"
    } else {
        "此处不是定义文件允许的写法"
    }
}
