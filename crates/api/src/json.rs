//! JSON as it is sent to us: read strictly, numbers kept as written, so that nothing is rounded or
//! silently dropped (RFC 8259; duplicate names are refused, which it only advises).

use kernel::Raw;
use speech::{Said, said};

/// Deepest nesting of arrays and objects in a body.
pub const DEPTH_MAX: usize = 8;
/// Members of one object and elements of one array.
pub const MEMBERS_MAX: usize = 10_000;
/// Characters of one number.
const NUMBER_CHARS_MAX: usize = 40;

/// Why a text is not JSON for us, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Offset in bytes.
    pub at: usize,
    /// JSON pointer of the value in which it went wrong.
    pub pointer: String,
    pub why: Said,
}

impl Malformed {
    pub fn said(&self) -> Said {
        said!(
            "请求内容不是可用的 JSON：第 {} 字节处{}" / "The body is no usable JSON: at byte {} {}",
            self.at + 1,
            self.why
        )
    }
}

/// Reads one JSON text.
pub fn read(bytes: &[u8]) -> Result<Raw, Malformed> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(Malformed {
            at: 0,
            pointer: String::new(),
            why: said!("不是 UTF-8 编码" / "it is not UTF-8"),
        });
    };
    let mut reader = Reader {
        text,
        at: 0,
        path: Vec::new(),
    };
    reader.skip();
    let value = reader.value()?;
    reader.skip();
    if reader.at < text.len() {
        return Err(reader.no(said!(
            "后面还有多余的内容" / "something follows that does not belong"
        )));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    path: Vec<String>,
}

impl Reader<'_> {
    fn no(&self, why: Said) -> Malformed {
        let pointer = self
            .path
            .iter()
            .map(|step| format!("/{}", escaped(step)))
            .collect();
        Malformed {
            at: self.at,
            pointer,
            why,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        if there {
            self.at += 1;
        }
        there
    }

    fn word(&mut self, word: &str, value: Raw) -> Result<Raw, Malformed> {
        match self.text[self.at..].starts_with(word) {
            true => {
                self.at += word.len();
                Ok(value)
            }
            false => Err(self.no(said!("不是一个值" / "this is no value"))),
        }
    }

    fn value(&mut self) -> Result<Raw, Malformed> {
        match self.peek() {
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'"') => Ok(Raw::Text(self.string()?)),
            Some(b't') => self.word("true", Raw::Bool(true)),
            Some(b'f') => self.word("false", Raw::Bool(false)),
            Some(b'n') => self.word("null", Raw::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => Err(self.no(said!("不是一个值" / "this is no value"))),
            None => Err(self.no(said!("内容不完整" / "it is incomplete"))),
        }
    }

    fn deeper(&mut self, step: String) -> Result<(), Malformed> {
        self.path.push(step);
        if self.path.len() > DEPTH_MAX {
            Err(self.no(said!("嵌套太深" / "it nests too deeply")))
        } else {
            Ok(())
        }
    }

    fn object(&mut self) -> Result<Raw, Malformed> {
        self.at += 1;
        let mut members: Vec<(String, Raw)> = Vec::new();
        let mut names = std::collections::HashSet::new();
        self.skip();
        if self.take(b'}') {
            return Ok(Raw::Map(members));
        }
        loop {
            self.skip();
            if self.peek() != Some(b'"') {
                return Err(self.no(said!("应当是名称" / "a name should stand here")));
            }
            let name = self.string()?;
            self.deeper(name.clone())?;
            if !names.insert(name.clone()) {
                return Err(self.no(said!("名称重复" / "the name is repeated")));
            }
            if members.len() >= MEMBERS_MAX {
                return Err(self.no(said!("成员太多" / "there are too many members")));
            }
            self.skip();
            if !self.take(b':') {
                return Err(self.no(said!("缺少冒号" / "a colon is missing")));
            }
            self.skip();
            let value = self.value()?;
            members.push((name, value));
            self.path.pop();
            self.skip();
            if self.take(b'}') {
                return Ok(Raw::Map(members));
            }
            if !self.take(b',') {
                return Err(self.no(said!("缺少逗号或括号" / "a comma or bracket is missing")));
            }
        }
    }

    fn array(&mut self) -> Result<Raw, Malformed> {
        self.at += 1;
        let mut elements = Vec::new();
        self.skip();
        if self.take(b']') {
            return Ok(Raw::Many(elements));
        }
        loop {
            self.deeper(elements.len().to_string())?;
            if elements.len() >= MEMBERS_MAX {
                return Err(self.no(said!("元素太多" / "there are too many elements")));
            }
            self.skip();
            let value = self.value()?;
            elements.push(value);
            self.path.pop();
            self.skip();
            if self.take(b']') {
                return Ok(Raw::Many(elements));
            }
            if !self.take(b',') {
                return Err(self.no(said!("缺少逗号或括号" / "a comma or bracket is missing")));
            }
        }
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - from
    }

    fn number(&mut self) -> Result<Raw, Malformed> {
        let from = self.at;
        self.take(b'-');
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        if whole == 0 || (leading_zero && whole > 1) {
            return Err(self.no(said!("数字写法不对" / "the number is badly written")));
        }
        if self.take(b'.') && self.digits() == 0 {
            return Err(self.no(said!("数字写法不对" / "the number is badly written")));
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'-') {
                self.take(b'+');
            }
            if self.digits() == 0 {
                return Err(self.no(said!("数字写法不对" / "the number is badly written")));
            }
        }
        let written = &self.text[from..self.at];
        if written.len() > NUMBER_CHARS_MAX {
            return Err(self.no(said!("数字太长" / "the number is too long")));
        }
        Ok(Raw::Number(written.to_owned()))
    }

    fn string(&mut self) -> Result<String, Malformed> {
        self.at += 1;
        let mut text = String::new();
        let mut from = self.at;
        loop {
            match self.peek() {
                None => return Err(self.no(said!("引号没有结束" / "the quote is not closed"))),
                Some(b'"') => {
                    text.push_str(&self.text[from..self.at]);
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    text.push_str(&self.text[from..self.at]);
                    self.at += 1;
                    text.push(self.escape()?);
                    from = self.at;
                }
                Some(0..=0x1f) => {
                    return Err(self.no(said!(
                        "有未转义的控制字符" / "there is an unescaped control character"
                    )));
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        let Some(letter) = self.peek() else {
            return Err(self.no(said!("引号没有结束" / "the quote is not closed")));
        };
        self.at += 1;
        Ok(match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(self.no(said!("转义写法不对" / "the escape is badly written"))),
        })
    }

    fn unicode(&mut self) -> Result<char, Malformed> {
        let first = self.four()?;
        if !(0xd800..0xe000).contains(&first) {
            return char::from_u32(first)
                .ok_or_else(|| self.no(said!("转义写法不对" / "the escape is badly written")));
        }
        let paired = first < 0xdc00 && self.take(b'\\') && self.take(b'u');
        if !paired {
            return Err(self.no(said!("代理对不完整" / "the surrogate pair is incomplete")));
        }
        let second = self.four()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(self.no(said!("代理对不完整" / "the surrogate pair is incomplete")));
        }
        let point = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        char::from_u32(point)
            .ok_or_else(|| self.no(said!("转义写法不对" / "the escape is badly written")))
    }

    fn four(&mut self) -> Result<u32, Malformed> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4);
        let hex = digits.filter(|d| d.iter().all(u8::is_ascii_hexdigit));
        let value = hex
            .and_then(|d| std::str::from_utf8(d).ok())
            .and_then(|d| u32::from_str_radix(d, 16).ok())
            .ok_or_else(|| self.no(said!("转义写法不对" / "the escape is badly written")))?;
        self.at += 4;
        Ok(value)
    }
}

/// A name as one step of a JSON pointer (RFC 6901).
pub fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(text: &str) -> String {
        read(text.as_bytes()).expect_err(text).why.zh.into_owned()
    }

    #[test]
    fn values_are_read_with_numbers_as_written() {
        let read = read(br#" {"a":[1.50,-0,1e3],"b":"\u4f60\n\ud83d\ude00","c":null,"d":true} "#);
        let many = ["1.50", "-0", "1e3"]
            .map(|n| Raw::Number(n.to_owned()))
            .to_vec();
        let expected = vec![
            ("a".to_owned(), Raw::Many(many)),
            ("b".to_owned(), Raw::Text("你\n😀".to_owned())),
            ("c".to_owned(), Raw::Null),
            ("d".to_owned(), Raw::Bool(true)),
        ];
        assert_eq!(read, Ok(Raw::Map(expected)));
    }

    #[test]
    fn what_is_not_json_is_refused_where_it_goes_wrong() {
        assert_eq!(why(""), "内容不完整");
        assert_eq!(why("{\"a\":1} x"), "后面还有多余的内容");
        assert_eq!(why("{\"a\":1,}"), "应当是名称");
        assert_eq!(why("[01]"), "数字写法不对");
        assert_eq!(why("[1.]"), "数字写法不对");
        assert_eq!(why("[NaN]"), "不是一个值");
        assert_eq!(why("\"\u{1}\""), "有未转义的控制字符");
        assert_eq!(why("\"\\ud800\""), "代理对不完整");
        assert_eq!(why("\"\\x\""), "转义写法不对");
        assert_eq!(why("[1"), "缺少逗号或括号");
        assert_eq!(
            read(&[0xff]).expect_err("not UTF-8").why.zh,
            "不是 UTF-8 编码"
        );
    }

    #[test]
    fn a_name_given_twice_is_refused_with_its_pointer() {
        let no = read(br#"{"fields":{"x/y":1,"x/y":2}}"#).expect_err("twice");
        assert_eq!(
            (no.pointer.as_str(), &*no.why.zh),
            ("/fields/x~1y", "名称重复")
        );
    }

    #[test]
    fn nesting_and_size_have_limits() {
        let deep = "[".repeat(DEPTH_MAX + 1);
        assert_eq!(why(&deep), "嵌套太深");
        let long = format!("[{}1]", "1,".repeat(MEMBERS_MAX));
        assert_eq!(why(&long), "元素太多");
        assert_eq!(why(&"9".repeat(NUMBER_CHARS_MAX + 1)), "数字太长");
    }
}
