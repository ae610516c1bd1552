//! Text cut into the words that are searched: bigrams of Han characters, whole latin words and
//! numbers. One function for writing and asking, so that both always agree.
//!
//! A run of Han characters gives its bigrams and then its last character alone. So a prefix of one
//! character finds every place where it stands, and the last character parts one run from the next.

/// Longest text of one field that is searched, in characters.
pub(crate) const SEARCHED_CHARS_MAX: usize = 4_000;
/// Words of one question that are looked at; the rest narrows no further.
pub(crate) const QUESTION_WORDS_MAX: usize = 8;

/// Stands between two fields, so that no phrase runs across.
const BOUNDARY: &str = "_";

/// Appends the words of a text, each followed by a blank.
pub(crate) fn write(text: &str, out: &mut String) {
    let mut run = Run::default();
    for c in text.chars().take(SEARCHED_CHARS_MAX) {
        run.push(normal(c), out);
    }
    run.end(out);
}

/// Ends one field's text.
pub(crate) fn boundary(out: &mut String) {
    out.push_str(BOUNDARY);
    out.push(' ');
}

/// Brackets, blanks and letters of full width count as those of half width.
fn normal(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{3FFFF}'
        | '\u{F900}'..='\u{FAFF}' | '〇')
}

/// The tokenizer of the database knows the characters of an older Unicode; newer ones are spelt.
fn spell(c: char, out: &mut String) {
    if matches!(c, '\u{2A6DF}'..='\u{2F7FF}' | '\u{2FA20}'..='\u{3FFFF}' | '\u{9FCD}'..='\u{9FFF}'
        | '\u{4DB6}'..='\u{4DBF}' | '〇')
    {
        out.push_str(&format!("u{:x}", c as u32));
    } else {
        out.push(c);
    }
}

#[derive(Default)]
struct Run {
    han: Option<char>,
    word: bool,
}

impl Run {
    fn push(&mut self, c: char, out: &mut String) {
        if is_han(c) {
            if self.word {
                self.end(out);
            }
            if let Some(before) = self.han {
                spell(before, out);
                spell(c, out);
                out.push(' ');
            }
            self.han = Some(c);
        } else if c.is_alphanumeric() {
            if self.han.is_some() {
                self.end(out);
            }
            out.extend(c.to_lowercase());
            self.word = true;
        } else {
            self.end(out);
        }
    }

    fn end(&mut self, out: &mut String) {
        if let Some(last) = self.han.take() {
            spell(last, out);
            out.push(' ');
        }
        if self.word {
            out.push(' ');
            self.word = false;
        }
    }
}

/// The phrases of a question, in the database's own words; empty when nothing can be looked for.
///
/// The last word of a phrase is a prefix when it is latin, a number or a single character, because
/// the person may still be typing.
pub(crate) fn phrases(question: &str) -> Vec<String> {
    let mut phrases = Vec::new();
    for part in question
        .split(|c: char| normal(c).is_whitespace())
        .take(QUESTION_WORDS_MAX)
    {
        let mut words = String::new();
        write(part, &mut words);
        let mut words: Vec<&str> = words.split_whitespace().collect();
        let Some(last) = part.chars().map(normal).rfind(|c| c.is_alphanumeric()) else {
            continue;
        };
        let mut open = true;
        if is_han(last) && words.len() > 1 {
            let bigram = words[words.len() - 2];
            let mut end = String::new();
            spell(last, &mut end);
            // Within a run of two or more, the last character is in the bigram before it.
            if ends_run(bigram, &end) {
                words.pop();
                open = false;
            }
        }
        let star = if open { " *" } else { "" };
        phrases.push(format!("\"{}\"{star}", words.join(" ")));
    }
    phrases
}

/// Whether the word is the bigram that ends in this character, and not a run of one of its own.
fn ends_run(word: &str, last: &str) -> bool {
    word.strip_suffix(last)
        .is_some_and(|first| !first.is_empty())
        && word.chars().next().is_some_and(|c| is_han(c) || c == 'u')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let mut out = String::new();
        write(text, &mut out);
        out.trim_end().to_owned()
    }

    #[test]
    fn han_runs_are_bigrams_and_their_last_character() {
        assert_eq!(words("恒泰电梯"), "恒泰 泰电 电梯 梯");
        assert_eq!(words("泰"), "泰");
        assert_eq!(words("恒泰（集团）公司"), words("恒泰(集团)公司"));
        assert_eq!(words("恒泰(集团)"), "恒泰 泰 集团 团");
        assert_eq!(words("3号楼 ＴＳ－12a"), "3 号楼 楼 ts 12a");
        assert_eq!(words("—、"), "");
    }

    #[test]
    fn questions_become_phrases() {
        assert_eq!(phrases("恒泰"), ["\"恒泰\""]);
        assert_eq!(phrases("泰"), ["\"泰\" *"]);
        assert_eq!(
            phrases("恒泰电梯 3号"),
            ["\"恒泰 泰电 电梯\"", "\"3 号\" *"]
        );
        assert_eq!(phrases("TS31"), ["\"ts31\" *"]);
        assert_eq!(phrases("恒泰a"), ["\"恒泰 泰 a\" *"]);
        assert_eq!(phrases("\" OR *　(（"), ["\"or\" *"]);
        assert!(phrases("  ＊ ").is_empty());
    }
}
