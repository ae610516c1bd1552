//! A condition on other fields of the same form, as the browser reads it from `data-when`.
//!
//! Only shows and hides: the server decides again when the form comes in. What cannot be said
//! here is not said, and the field then always stands there.

use std::fmt::Write as _;

#[derive(Debug, Clone, PartialEq)]
pub enum When {
    All(Vec<When>),
    Any(Vec<When>),
    Not(Box<When>),
    /// The field has one of these values.
    In {
        field: String,
        values: Vec<String>,
    },
    Filled {
        field: String,
    },
    Compare {
        field: String,
        how: How,
        value: String,
    },
}

/// How two values are compared: as numbers when both are numbers, else as text (dates are ISO).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Less,
    AtMost,
    More,
    AtLeast,
}

impl When {
    pub fn is(field: &str, value: &str) -> Self {
        When::In {
            field: field.to_owned(),
            values: vec![value.to_owned()],
        }
    }

    pub fn to_json(&self) -> String {
        let mut json = String::new();
        self.write(&mut json);
        json
    }

    fn write(&self, out: &mut String) {
        match self {
            When::All(parts) => write_list(out, "all", parts),
            When::Any(parts) => write_list(out, "any", parts),
            When::Not(part) => {
                out.push_str("{\"not\":");
                part.write(out);
                out.push('}');
            }
            When::In { field, values } => {
                let _ = write!(out, "{{\"field\":{},\"in\":[", quoted(field));
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    out.push_str(&quoted(value));
                }
                out.push_str("]}");
            }
            When::Filled { field } => {
                let _ = write!(out, "{{\"field\":{},\"filled\":true}}", quoted(field));
            }
            When::Compare { field, how, value } => {
                let how = match how {
                    How::Less => "lt",
                    How::AtMost => "le",
                    How::More => "gt",
                    How::AtLeast => "ge",
                };
                let _ = write!(
                    out,
                    "{{\"field\":{},\"{how}\":{}}}",
                    quoted(field),
                    quoted(value)
                );
            }
        }
    }
}

fn write_list(out: &mut String, word: &str, parts: &[When]) {
    let _ = write!(out, "{{\"{word}\":[");
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        part.write(out);
    }
    out.push_str("]}");
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if u32::from(c) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_written_as_json_with_everything_escaped() {
        let when = When::All(vec![
            When::is("kind", "lift"),
            When::Not(Box::new(When::Filled {
                field: "a\"b\\\n".to_owned(),
            })),
            When::Compare {
                field: "speed".to_owned(),
                how: How::AtLeast,
                value: "2.5".to_owned(),
            },
        ]);
        assert_eq!(
            when.to_json(),
            r#"{"all":[{"field":"kind","in":["lift"]},{"not":{"field":"a\"b\\\u000a","filled":true}},{"field":"speed","ge":"2.5"}]}"#
        );
    }
}
