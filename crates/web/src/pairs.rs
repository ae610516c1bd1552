//! Names and values as they stand in a query string or in a posted form, in their order.

use std::fmt::Write as _;

/// Pairs in the order in which they were sent; a name may come more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs(pub Vec<(String, String)>);

impl Pairs {
    /// From `a=1&b=%20x`; what is not UTF-8 becomes a replacement character.
    pub fn parse(text: &str) -> Pairs {
        let pairs = text.split('&').filter(|part| !part.is_empty()).map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decoded(name), decoded(value))
        });
        Pairs(pairs.collect())
    }

    /// The first value of that name; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// The first value of that name, if it says anything.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.get(name).trim()).filter(|value| !value.is_empty())
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// Pairs whose name begins so, with what follows of the name.
    pub fn starting<'a>(&'a self, head: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let cut = move |(name, value): &'a (String, String)| {
            Some((name.strip_prefix(head)?, value.as_str()))
        };
        self.0.iter().filter_map(cut)
    }

    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Without every pair of that name.
    pub fn drop(&mut self, name: &str) {
        self.0.retain(|(n, _)| n != name);
    }

    /// As a query string without `?`; values that say nothing are left out.
    pub fn query(&self) -> String {
        let mut out = String::new();
        for (name, value) in self.0.iter().filter(|(_, value)| !value.is_empty()) {
            if !out.is_empty() {
                out.push('&');
            }
            encode(&mut out, name);
            out.push('=');
            encode(&mut out, value);
        }
        out
    }

    /// The address of a path with this query.
    pub fn href(&self, path: &str) -> String {
        match self.query() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }
}

/// A text as one part of a path or one value of a query.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    encode(&mut out, text);
    out
}

fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b',' | b'*' => {
                out.push(char::from(byte));
            }
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

/// A part of a path or a query as it was meant.
pub fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                let pair = ahead.next().and_then(hex).zip(ahead.next().and_then(hex));
                match pair {
                    Some((high, low)) => {
                        bytes.push(high << 4 | low);
                        rest = ahead;
                    }
                    None => bytes.push(b'%'),
                }
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::Pairs;

    #[test]
    fn what_is_written_is_read_back() {
        let mut pairs = Pairs::default();
        pairs.push("名称", "萧山 50%&=+#");
        pairs.push("kind", "lift,crane");
        pairs.push("empty", "");
        let query = pairs.query();
        assert!(
            query.is_ascii() && query.ends_with("kind=lift,crane"),
            "{query}"
        );
        pairs.drop("empty");
        assert_eq!(Pairs::parse(&query), pairs);
    }

    #[test]
    fn a_broken_escape_stays_as_it_was_written() {
        assert_eq!(Pairs::parse("q=100%&x=%zz").get("q"), "100%");
        assert_eq!(Pairs::parse("q=100%&x=%zz").get("x"), "%zz");
        assert_eq!(
            Pairs::parse("a=1&a=2").all("a").collect::<Vec<_>>(),
            ["1", "2"]
        );
    }
}
