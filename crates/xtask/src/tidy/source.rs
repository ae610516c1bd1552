//! A Rust file taken apart just far enough for tidy: code without comments and strings, the strings
//! by themselves, and which lines are tests.

/// One Rust file, taken apart.
pub struct Source<'a> {
    pub path: &'a str,
    pub text: &'a str,
    /// The text with comments and the insides of strings blanked; lines stay where they are.
    pub code: String,
    pub strings: Vec<Literal>,
    /// For every line (from 0) whether it belongs to tests.
    pub test: Vec<bool>,
}

/// A string literal and the line (from 1) on which it begins.
pub struct Literal {
    pub line: usize,
    pub text: String,
}

impl<'a> Source<'a> {
    pub fn read(path: &'a str, text: &'a str) -> Source<'a> {
        let (code, strings) = apart(text);
        let test = tests(path, &code);
        Source {
            path,
            text,
            code,
            strings,
            test,
        }
    }

    /// The folder under `crates/`, or `subsystems`.
    pub fn room(&self) -> &str {
        match self.path.strip_prefix("crates/") {
            Some(rest) => rest.split('/').next().unwrap_or_default(),
            None => self.path.split('/').next().unwrap_or_default(),
        }
    }

    /// Lines of code with their number (from 1).
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line))
    }

    pub fn is_test(&self, line: usize) -> bool {
        self.test.get(line - 1).copied().unwrap_or(false)
    }
}

/// Code with comments and insides of strings blanked, and the strings.
fn apart(text: &str) -> (String, Vec<Literal>) {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut strings = Vec::new();
    let mut line = 1;
    let mut at = 0;
    while at < chars.len() {
        let end = match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => comment_end(&chars, at),
            '/' if chars.get(at + 1) == Some(&'*') => block_end(&chars, at),
            '"' => {
                let end = string_end(&chars, at + 1);
                strings.push(literal(&chars, line, at + 1, end - 1));
                end
            }
            'r' if !in_word(&chars, at) && raw_hashes(&chars, at).is_some() => {
                let hashes = raw_hashes(&chars, at).unwrap_or_default();
                let end = raw_end(&chars, at + hashes + 2, hashes);
                strings.push(literal(&chars, line, at + hashes + 2, end - hashes - 1));
                end
            }
            '\'' => char_end(&chars, at),
            c => {
                line += usize::from(c == '\n');
                code.push(c);
                at += 1;
                continue;
            }
        };
        for c in &chars[at..end.min(chars.len())] {
            line += usize::from(*c == '\n');
            code.push(if *c == '\n' { '\n' } else { ' ' });
        }
        at = end;
    }
    (code, strings)
}

fn literal(chars: &[char], line: usize, from: usize, to: usize) -> Literal {
    let to = to.clamp(from.min(chars.len()), chars.len());
    Literal {
        line,
        text: chars[from.min(to)..to].iter().collect(),
    }
}

fn in_word(chars: &[char], at: usize) -> bool {
    at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_') && chars[at - 1] != 'b'
}

fn comment_end(chars: &[char], at: usize) -> usize {
    chars[at..]
        .iter()
        .position(|c| *c == '\n')
        .map_or(chars.len(), |n| at + n)
}

fn block_end(chars: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string_end(chars: &[char], mut at: usize) -> usize {
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// How many `#` stand between `r` and the quote, if this is a raw string.
fn raw_hashes(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(at + 1 + hashes) == Some(&'"')).then_some(hashes)
}

fn raw_end(chars: &[char], mut at: usize, hashes: usize) -> usize {
    while at < chars.len() {
        let closes = chars[at] == '"'
            && chars[at + 1..]
                .iter()
                .take(hashes)
                .filter(|c| **c == '#')
                .count()
                == hashes;
        if closes {
            return at + 1 + hashes;
        }
        at += 1;
    }
    at
}

/// Past a character literal; past the quote alone where it begins a lifetime.
fn char_end(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => {
            let close = chars[at + 3..].iter().position(|c| *c == '\'');
            close.map_or(chars.len(), |n| at + n + 4)
        }
        (Some(_), Some('\'')) => at + 3,
        _ => at + 1,
    }
}

/// Which lines are tests: whole files by their place, and modules under `#[cfg(test)]`.
fn tests(path: &str, code: &str) -> Vec<bool> {
    let lines: Vec<&str> = code.lines().collect();
    let whole = path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.contains("/examples/")
        || path.contains("/benches/");
    let mut test = vec![whole; lines.len()];
    let mut at = 0;
    while at < lines.len() {
        let item = lines[at].trim_start();
        if !(item.starts_with("#[cfg(test)]") || item.starts_with("#[cfg(any(test")) {
            at += 1;
            continue;
        }
        let end = item_end(&lines, at);
        test[at..=end].fill(true);
        at = end + 1;
    }
    test
}

/// Last line of the item whose attribute stands on a line: its closing brace, or its semicolon.
fn item_end(lines: &[&str], from: usize) -> usize {
    let mut depth = 0;
    for (at, line) in lines.iter().enumerate().skip(from) {
        for c in line.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 && matches!(c, '}' | ';') {
                return at;
            }
        }
    }
    lines.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Vec<String> {
        Source::read("crates/x/src/a.rs", text)
            .strings
            .into_iter()
            .map(|s| s.text)
            .collect()
    }

    #[test]
    fn comments_and_strings_are_taken_out_of_code() {
        let text =
            "let a = \"unwrap() \\\" //\"; // unwrap()\n/* a /* b */ unwrap() */ let c = 'x';";
        let source = Source::read("crates/x/src/a.rs", text);
        assert!(!source.code.contains("unwrap"), "{}", source.code);
        assert!(source.code.contains("let c ="));
        assert_eq!(source.code.lines().count(), 2);
    }

    #[test]
    fn raw_strings_chars_and_lifetimes_are_known() {
        assert_eq!(strings("r#\"a \"b\" c\"#"), ["a \"b\" c"]);
        assert_eq!(strings("br\"x\" b\"y\" \"z\""), ["x", "y", "z"]);
        assert_eq!(
            strings("fn f<'a>(q: &'a str) { '\"'; '\\''; \"s\" }"),
            ["s"]
        );
        assert_eq!(strings("let for_r = number\"\";"), [""]);
    }

    #[test]
    fn test_modules_are_tests_and_what_follows_is_not() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() { {} }\n}\nfn c() {}\n#[cfg(test)]\nmod t;\nfn d() {}";
        let source = Source::read("crates/x/src/a.rs", text);
        let tests: Vec<usize> = (1..=9).filter(|line| source.is_test(*line)).collect();
        assert_eq!(tests, [2, 3, 4, 5, 7, 8]);
        assert!(Source::read("crates/x/tests/it/main.rs", "fn a() {}").is_test(1));
    }
}
