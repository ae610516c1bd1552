//! Texts with names in braces, such as `{code} {name}`: read once, filled in for each record.

use speech::said;

use std::ops::Range;

use crate::fault::Fault;

/// The longest template that is read.
pub const TEMPLATE_BYTES_MAX: usize = 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// The name, and where it stands in the text without its braces.
    Name(String, Range<usize>),
}

impl Template {
    /// Reads a template. A brace of its own is written twice: `{{`.
    pub fn parse(text: &str) -> Result<Template, Fault> {
        if text.len() > TEMPLATE_BYTES_MAX {
            let message = said!(
                "模板太长：{} 字节，最多 {TEMPLATE_BYTES_MAX} 字节"
                    / "The template is too long: {} bytes, at most {TEMPLATE_BYTES_MAX}",
                text.len()
            );
            return Err(Fault::new(0..text.len(), message));
        }
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut at = 0;
        while let Some(character) = text[at..].chars().next() {
            let rest = &text[at..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                plain.push(character);
                at += 2;
            } else if character == '}' {
                return Err(Fault::new(
                    at..at + 1,
                    said!("多出一个“}}”" / "there is one “}}” too many"),
                )
                .help(said!(
                    "去掉它，或在前面补上“{{”；要显示括号本身请写两个"
                        / "take it away, or put “{{” in front; for a brace itself write two"
                )));
            } else if character == '{' {
                let Some(len) = rest.find('}') else {
                    return Err(Fault::new(
                        at..text.len(),
                        said!("“{{”没有闭合" / "“{{” is not closed"),
                    )
                    .help(said!(
                        "在名字后面补上“}}”；要显示括号本身请写两个"
                            / "put “}}” behind the name; for a brace itself write two"
                    )));
                };
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(named(rest, at, len)?);
                at += len + 1;
            } else {
                plain.push(character);
                at += character.len_utf8();
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Template { parts })
    }

    /// The names used, in order, each with its place in the text.
    pub fn names(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Name(name, span) => Some((name.as_str(), span.clone())),
            Part::Text(_) => None,
        })
    }

    /// Fills the names in. Blanks that an empty value leaves at the ends are cut.
    pub fn render(&self, mut value: impl FnMut(&str) -> String) -> String {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Name(name, _) => filled.push_str(&value(name)),
            }
        }
        filled.trim().to_owned()
    }
}

fn named(rest: &str, at: usize, len: usize) -> Result<Part, Fault> {
    let name = &rest[1..len];
    let span = at + 1..at + len;
    if name.is_empty() {
        return Err(Fault::new(
            at..at + len + 1,
            said!("括号里没有名字" / "there is no name in the braces"),
        )
        .help(said!("例如 {{name}}" / "for example {{name}}")));
    }
    let in_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    if !name.chars().all(in_name) || name.starts_with('.') || name.ends_with('.') {
        return Err(
            Fault::new(span, said!("“{name}”不是名字" / "“{name}” is no name")).help(said!(
                "名字只有字母、数字和下划线，中间可以有点"
                    / "names have letters, digits and underscores, with dots between"
            )),
        );
    }
    Ok(Part::Name(name.to_owned(), span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_filled() {
        let template = Template::parse("检验已超期 {days_late} 天（{user.name}）{{注}}").unwrap();
        let names: Vec<_> = template.names().collect();
        assert_eq!(names, [("days_late", 17..26), ("user.name", 35..44)]);
        let filled = template.render(|name| format!("<{name}>"));
        assert_eq!(filled, "检验已超期 <days_late> 天（<user.name>）{注}");
    }

    #[test]
    fn empty_values_leave_no_blanks_at_the_ends() {
        let template = Template::parse("{code} {name}").unwrap();
        assert_eq!(template.render(|_| String::new()), "");
        assert_eq!(Template::parse("").unwrap().render(|_| "x".into()), "");
    }

    #[test]
    fn wrong_braces_are_told_with_their_place() {
        let fault = |text: &str| {
            let fault = Template::parse(text).unwrap_err();
            (fault.span, fault.message.zh)
        };
        assert_eq!(fault("设备 {code"), (7..12, "“{”没有闭合".into()));
        assert_eq!(fault("设备 code}"), (11..12, "多出一个“}”".into()));
        assert_eq!(fault("{}"), (0..2, "括号里没有名字".into()));
        assert_eq!(fault("{a b}"), (1..4, "“a b”不是名字".into()));
        assert_eq!(fault("{a{b}"), (1..4, "“a{b”不是名字".into()));
        assert_eq!(
            fault(&"a".repeat(2000)).1,
            "模板太长：2000 字节，最多 1024 字节"
        );
    }
}
