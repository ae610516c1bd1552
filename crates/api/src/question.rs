//! Query parameters, each at most once and none unknown.

use speech::said;

use crate::problem::{Code, Problem};

/// Most bytes of a query string.
const QUERY_BYTES_MAX: usize = 60 * 1024;

/// What stands behind `?`, decoded.
#[derive(Debug, Default)]
pub struct Question(Vec<(String, String)>);

impl Question {
    pub fn read(query: Option<&str>) -> Result<Question, Problem> {
        let query = query.unwrap_or_default();
        if query.len() > QUERY_BYTES_MAX {
            return Err(Problem::new(
                Code::AddressTooLong,
                said!(
                    "地址里的查询条件太长，请改用 POST …/query"
                        / "The query in the address is too long; please use POST …/query"
                ),
            ));
        }
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(name), Some(value)) = (decoded(name), decoded(value)) else {
                return Err(Problem::new(
                    Code::Malformed,
                    said!(
                        "查询条件的百分号编码不对" / "The percent-encoding of the query is wrong"
                    ),
                ));
            };
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(Problem::parameter(
                    &name,
                    "repeated",
                    said!("“{name}”只能写一次" / "“{name}” may stand only once"),
                ));
            }
            pairs.push((name, value));
        }
        Ok(Question(pairs))
    }

    pub fn of(pairs: Vec<(String, String)>) -> Question {
        Question(pairs)
    }

    pub fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    /// A whole number within bounds.
    pub fn take_whole(&mut self, name: &str, from: i64, to: i64) -> Result<Option<i64>, Problem> {
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse::<i64>() {
            Ok(number) if digits && (from..=to).contains(&number) => Ok(Some(number)),
            _ => {
                let detail = said!(
                    "“{name}”应是 {from} 到 {to} 的整数"
                        / "“{name}” should be a whole number from {from} to {to}"
                );
                Err(Problem::parameter(name, "range", detail))
            }
        }
    }

    pub fn take_flag(&mut self, name: &str) -> Result<Option<Flag>, Problem> {
        match self.take(name).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(Flag::Yes)),
            Some("false") => Ok(Some(Flag::No)),
            Some(_) => Err(Problem::parameter(
                name,
                "type",
                said!("“{name}”应是 true 或 false" / "“{name}” should be true or false"),
            )),
        }
    }

    /// A moment of RFC 3339.
    pub fn take_moment(&mut self, name: &str) -> Result<Option<kernel::Moment>, Problem> {
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        let moment = match crate::shape::is_moment(&text) {
            true => text.parse::<jiff::Timestamp>().ok(),
            false => None,
        };
        match moment {
            Some(moment) => Ok(Some(kernel::Moment::from_timestamp(moment))),
            None => {
                let detail = said!(
                    "“{name}”应是带时区的时间，如 2027-03-01T09:30:00Z"
                        / "“{name}” should be a time with its zone, like 2027-03-01T09:30:00Z"
                );
                Err(Problem::parameter(name, "type", detail))
            }
        }
    }

    /// Text no longer than so many characters.
    pub fn take_text(&mut self, name: &str, max: usize) -> Result<Option<String>, Problem> {
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        match text.chars().count() <= max {
            true => Ok(Some(text)),
            false => Err(Problem::parameter(
                name,
                "length",
                said!("“{name}”最多 {max} 个字符" / "“{name}” has at most {max} characters"),
            )),
        }
    }

    pub fn rest(self) -> Vec<(String, String)> {
        self.0
    }

    /// Refuses what nobody asked for: a misspelt filter must not silently show everything.
    pub fn finish(self) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(unknown(name)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    Yes,
    No,
}

pub fn unknown(name: &str) -> Problem {
    let name = crate::shape::short(name);
    Problem::parameter(
        &name,
        "unknown",
        said!("没有“{name}”这个查询参数" / "There is no query parameter “{name}”"),
    )
}

fn decoded(text: &str) -> Option<String> {
    if !text.contains(['%', '+']) {
        return Some(text.to_owned());
    }
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'+' => plain.push(b' '),
            b'%' => {
                let hex = bytes.get(at + 1..at + 3)?;
                let hex = std::str::from_utf8(hex)
                    .ok()
                    .filter(|h| !h.starts_with('+'))?;
                plain.push(u8::from_str_radix(hex, 16).ok()?);
                at += 2;
            }
            byte => plain.push(byte),
        }
        at += 1;
    }
    String::from_utf8(plain).ok()
}

/// Text as one value in a query string.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_comes_back() {
        let text = "检验 a+b&c=%梯";
        assert_eq!(decoded(&encoded(text)).as_deref(), Some(text));
        assert_eq!(decoded("a+b").as_deref(), Some("a b"));
        for text in ["%", "%1", "%zz", "%+1", "%ff"] {
            assert_eq!(decoded(text), None, "{text}");
        }
    }

    #[test]
    fn a_parameter_twice_or_unknown_is_refused() {
        assert!(Question::read(Some("a=1&a=2")).is_err());
        let mut question = Question::read(Some("limit=5&limitt=6")).expect("read");
        assert_eq!(question.take_whole("limit", 1, 200).ok(), Some(Some(5)));
        assert!(question.finish().is_err());
    }

    #[test]
    fn numbers_are_plain_and_bounded() {
        for text in ["0", "201", "+5", "5.0", "", "x", "٥"] {
            let mut question = Question::of(vec![("limit".to_owned(), text.to_owned())]);
            assert!(question.take_whole("limit", 1, 200).is_err(), "{text}");
        }
    }
}
