//! What people read is made in both languages: Chinese stands only in `said!` and its like.

use super::Complaint;
use super::source::Source;

/// Rooms whose words reach people through pages and the API.
const ROOMS: [&str; 6] = ["kernel", "app", "api", "web", "tables", "expr"];
/// Macros that ask for the English beside the Chinese.
const BOTH: [&str; 3] = ["said!", "say!", "words!"];

/// Chinese in strings outside these macros and tests.
pub fn complaints(source: &Source) -> Vec<Complaint> {
    if !ROOMS.contains(&source.room()) {
        return Vec::new();
    }
    let spoken = spoken(&source.code);
    let within = |line: usize| {
        spoken
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&line))
    };
    source
        .strings
        .iter()
        .filter(|s| s.text.chars().any(is_chinese) && !source.is_test(s.line) && !within(s.line))
        .map(|s| {
            let message = "Chinese without English; write `said!(\"中文\" / \"English\")`";
            Complaint::at("tongue", source.path, s.line, message.to_owned())
        })
        .collect()
}

/// First and last lines of the calls of these macros.
fn spoken(code: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for name in BOTH {
        for (at, _) in code.match_indices(name) {
            let from = 1 + code[..at].matches('\n').count();
            found.push((from, from + lines_of_call(&code[at + name.len()..])));
        }
    }
    found
}

/// Line breaks until the bracket that opens first is closed.
fn lines_of_call(code: &str) -> usize {
    let (mut depth, mut lines) = (0_usize, 0);
    for c in code.chars() {
        match c {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' if depth <= 1 => return lines,
            ')' | '}' | ']' => depth -= 1,
            '\n' => lines += 1,
            // No call: the name stands alone, as in `use speech::said`.
            c if depth == 0 && !c.is_whitespace() => return lines,
            _ => {}
        }
    }
    lines
}

/// Letters and signs, full-width forms included.
fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let source = Source::read(path, text);
        complaints(&source).iter().map(|c| c.line).collect()
    }

    #[test]
    fn chinese_stands_beside_its_english_only() {
        let text = "const A: &str = \"没有\";\nlet b = said!(\n    \"没有{}\" / \"None {}\",\n    f(x)\n);\nc(\"有\");\n// “注”\n";
        assert_eq!(lines("crates/app/src/a.rs", text), [1, 6]);
        assert_eq!(lines("crates/server/src/a.rs", text), Vec::<usize>::new());
        assert_eq!(lines("crates/app/tests/it/a.rs", text), Vec::<usize>::new());
    }
}
