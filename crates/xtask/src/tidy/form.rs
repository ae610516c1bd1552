//! The outward form of a Rust file: its first sentence, its length, no licence text, no boolean
//! arguments.

use super::Complaint;
use super::source::Source;

/// Beyond this a file is long and must stand in `known.txt`, where its length may only shrink.
const FILE_LINES_MAX: usize = 400;
/// Tests may list more.
const TEST_LINES_MAX: usize = 600;
/// Words that only a licence header has.
const LICENCE: [&str; 3] = ["Copyright", "SPDX-License-Identifier", "Licensed under"];
/// Lines in which a licence header would stand.
const HEADER_LINES: usize = 8;

pub fn complaints(source: &Source) -> Vec<Complaint> {
    let mut said = Vec::new();
    said.extend(first_sentence(source));
    said.extend(length(source));
    said.extend(licence(source));
    said.extend(boolean_arguments(source));
    said
}

/// Every file begins with a sentence that says what the room is for.
fn first_sentence(source: &Source) -> Option<Complaint> {
    let lines = source
        .text
        .lines()
        .map_while(|line| line.strip_prefix("//!"));
    let paragraph: Vec<&str> = lines
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let sentence = paragraph.join(" ");
    let begins = sentence.starts_with(|c: char| c.is_uppercase() || "`\"".contains(c));
    let ends = sentence.ends_with(['.', ':']);
    let whole = begins && ends && sentence.split_whitespace().count() >= 3;
    let message = "begin with a `//!` sentence that says what the file is for";
    (!whole).then(|| Complaint::at("sentence", source.path, 1, message.to_owned()))
}

fn length(source: &Source) -> Option<Complaint> {
    let lines = source.text.lines().count();
    let max = if source.is_test(1) {
        TEST_LINES_MAX
    } else {
        FILE_LINES_MAX
    };
    let message = format!("{lines} lines, more than {max}: split it by thought");
    let mut complaint = Complaint::at("length", source.path, lines, message);
    complaint.weight = lines;
    (lines > max).then_some(complaint)
}

fn licence(source: &Source) -> Option<Complaint> {
    let header: Vec<&str> = source.text.lines().take(HEADER_LINES).collect();
    let at = header
        .iter()
        .position(|line| LICENCE.iter().any(|word| line.contains(word)))?;
    let message = "no licence text atop files; LICENSE says it once".to_owned();
    Some(Complaint::at("licence", source.path, at + 1, message))
}

/// `fn show(open: bool)` reads as `show(true)`: take two functions or a word.
fn boolean_arguments(source: &Source) -> Vec<Complaint> {
    let code = &source.code;
    let mut said = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let Some((name, arguments)) = signature(&code[at + 3..]) else {
            continue;
        };
        let boolean = parts(arguments).iter().any(|argument| {
            argument
                .split_once(':')
                .is_some_and(|(_, kind)| kind.trim() == "bool")
        });
        // `From<bool>` has no choice.
        if boolean && name != "from" && !source.is_test(line) {
            let message = format!("`{name}` takes a bool, take a word or make two functions");
            said.push(Complaint::at("bool", source.path, line, message));
        }
    }
    said
}

/// Name and arguments of the function whose name begins the text.
fn signature(text: &str) -> Option<(&str, &str)> {
    let name = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .next()?;
    let open = open_paren(text)?;
    let close = open + closing(&text[open..])?;
    (!name.is_empty()).then_some((name, &text[open + 1..close]))
}

/// The first parenthesis outside the angle brackets of generics.
fn open_paren(text: &str) -> Option<usize> {
    let (mut angles, mut before) = (0i32, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '<' => angles += 1,
            '>' if before != '-' => angles -= 1,
            '(' if angles == 0 => return Some(at),
            '{' | ';' => return None,
            _ => {}
        }
        before = c;
    }
    None
}

fn closing(text: &str) -> Option<usize> {
    let mut depth = 0i32;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Arguments between commas that stand outside brackets.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut from, mut before) = (0i32, 0, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if before == '-' => {}
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
        before = c;
    }
    parts.push(&text[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "//! What the room is for.\n";

    fn rules(path: &str, text: &str) -> Vec<String> {
        let said = complaints(&Source::read(path, text));
        said.iter().map(|c| c.rule.to_owned()).collect()
    }

    #[test]
    fn a_file_begins_with_a_sentence() {
        assert!(rules("crates/a/src/b.rs", GOOD).is_empty());
        assert!(
            rules(
                "crates/a/src/b.rs",
                "//! `act` decides\n//! an act.\n//!\n//! more\n"
            )
            .is_empty()
        );
        for bad in [
            "",
            "use a;\n",
            "//! act\n",
            "// What the room is for.\n",
            "//! lower case sentence here.\n",
            "//! No end of the sentence\n",
        ] {
            assert_eq!(rules("crates/a/src/b.rs", bad), ["sentence"], "{bad}");
        }
    }

    #[test]
    fn long_files_are_told() {
        let long = format!("{GOOD}{}", "fn a() {}\n".repeat(FILE_LINES_MAX));
        assert_eq!(rules("crates/a/src/b.rs", &long), ["length"]);
        assert!(rules("crates/a/tests/it/b.rs", &long).is_empty());
    }

    #[test]
    fn licence_texts_are_told() {
        assert_eq!(
            rules("crates/a/src/b.rs", &format!("{GOOD}// Copyright 2027\n")),
            ["licence"]
        );
    }

    #[test]
    fn boolean_arguments_are_told() {
        for bad in [
            "fn a(open: bool) {}",
            "pub fn a<T: Fn(u8) -> u8>(x: T, open: bool) {}",
            "fn a(\n    x: (u8, u8),\n    open: bool,\n) {}",
        ] {
            assert_eq!(
                rules("crates/a/src/b.rs", &format!("{GOOD}{bad}")),
                ["bool"],
                "{bad}"
            );
        }
        for good in [
            "fn a() -> bool { true }",
            "fn a(f: impl Fn(u8) -> bool) {}",
            "struct A { open: bool }",
            "fn a(x: &[bool], y: Option<bool>) {}",
            "#[cfg(test)]\nmod tests { fn a(open: bool) {} }",
        ] {
            assert!(
                rules("crates/a/src/b.rs", &format!("{GOOD}{good}")).is_empty(),
                "{good}"
            );
        }
    }
}
