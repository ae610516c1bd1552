//! Versions as entity tags (RFC 9110 §8.8, §13): who changes a record says which one was read.

use http::HeaderMap;
use http::header::{IF_MATCH, IF_NONE_MATCH};
use speech::said;

use crate::problem::{Code, Problem};

/// Digits of the largest version.
const VERSION_DIGITS_MAX: usize = 18;

pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The version a change is meant for: exactly one strong tag of ours.
pub fn if_match(headers: &HeaderMap) -> Result<i64, Problem> {
    let mut lines = headers.get_all(IF_MATCH).iter();
    let Some(line) = lines.next() else {
        return Err(Problem::new(
            Code::PreconditionRequired,
            said!(
                "缺少 If-Match，请先读记录取得 ETag"
                    / "If-Match is missing; please read the record first for its ETag"
            ),
        ));
    };
    let text = line.to_str().unwrap_or_default().trim();
    let digits = text
        .strip_prefix('"')
        .and_then(|t| t.strip_suffix('"'))
        .unwrap_or_default();
    let plain = (1..=VERSION_DIGITS_MAX).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit());
    match digits.parse::<i64>() {
        Ok(version) if plain && lines.next().is_none() => Ok(version),
        _ => Err(Problem::header(
            "If-Match",
            said!(
                "If-Match 应是一个带引号的版本号，如 \"3\""
                    / "If-Match should be one quoted version, like \"3\""
            ),
        )),
    }
}

/// Whether the reader has this version already.
pub fn known(headers: &HeaderMap, version: i64) -> bool {
    let tag = etag(version);
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .any(|line| {
            line.split(',')
                .map(str::trim)
                .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: http::HeaderName, value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, http::HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn a_change_names_one_version() {
        assert_eq!(if_match(&with(IF_MATCH, "\"12\"")).ok(), Some(12));
        for value in [
            "12",
            "*",
            "W/\"12\"",
            "\"1\", \"2\"",
            "\"\"",
            "\"x\"",
            "\"-1\"",
            "\"",
        ] {
            let problem = if_match(&with(IF_MATCH, value)).expect_err(value);
            assert_eq!(problem.code(), Code::BadHeader, "{value}");
        }
        let missing = if_match(&HeaderMap::new()).expect_err("missing");
        assert_eq!(missing.code(), Code::PreconditionRequired);
    }

    #[test]
    fn readers_may_name_several_versions_they_have() {
        assert!(known(&with(IF_NONE_MATCH, "\"1\", W/\"3\""), 3));
        assert!(known(&with(IF_NONE_MATCH, "*"), 3));
        assert!(!known(&with(IF_NONE_MATCH, "\"1\""), 3));
    }
}
