//! Cuts a condition into words, numbers, dates, quoted texts and signs.

use std::ops::Range;

use jiff::civil::Date;
use speech::{Said, said};

use crate::fault::Fault;
use crate::value::Dec;

/// The longest condition that is read; a longer one is a hook in Rust.
pub const CONDITION_BYTES_MAX: usize = 4096;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub span: Range<usize>,
    pub kind: TokenKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TokenKind {
    Number(Dec),
    Date(Date),
    Text(String),
    Word(String),
    Sign(&'static str),
    End,
}

/// Longer signs first, so that `<=` is not read as `<`.
const SIGNS: [&str; 15] = [
    "!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", ",",
];

/// A habit from another language, and what is meant.
type Habit = (&'static str, fn() -> Said);

/// The habit that the rest begins with.
fn habit(rest: &str) -> Option<(&'static str, Said)> {
    // Longer ones first; `!=` is a sign of ours, `!` alone is a habit.
    let habits: [Habit; 9] = [
        ("==", || said!("相等只写一个“=”" / "equality has one “=”")),
        ("<>", || {
            said!("不等于写成“!=”" / "write “!=” for not equal")
        }),
        ("&&", || said!("并且写成 and" / "write and")),
        ("||", || said!("或者写成 or" / "write or")),
        ("&", || said!("并且写成 and" / "write and")),
        ("|", || said!("或者写成 or" / "write or")),
        ("!", || {
            said!("否定写成 not，不等于写成“!=”" / "write not, and “!=” for not equal")
        }),
        ("\"", || {
            said!("文字用单引号，例如 '阀门'" / "texts stand in single quotes, like 'valve'")
        }),
        ("，", || {
            said!("请改用半角的“,”" / "please use the half-width “,”")
        }),
    ];
    habits
        .into_iter()
        .filter(|(habit, _)| !(*habit == "!" && rest.starts_with("!=")))
        .find(|(habit, _)| rest.starts_with(habit))
        .map(|(habit, help)| (habit, help()))
}

pub(crate) fn lex(text: &str) -> Result<Vec<Token>, Fault> {
    if text.len() > CONDITION_BYTES_MAX {
        return Err(Fault::new(
            0..text.len(),
            said!(
                "条件太长：{} 字节，最多 {CONDITION_BYTES_MAX} 字节"
                    / "The condition is too long: {} bytes, at most {CONDITION_BYTES_MAX}",
                text.len()
            ),
        )
        .help(said!(
            "请拆成几条，或改用程序里的规则" / "please split it, or use a rule in the program"
        )));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (kind, len) = token(text, at, first)?;
        tokens.push(Token {
            span: at..at + len,
            kind,
        });
        at += len;
    }
    tokens.push(Token {
        span: at..at,
        kind: TokenKind::End,
    });
    Ok(tokens)
}

fn token(text: &str, at: usize, first: char) -> Result<(TokenKind, usize), Fault> {
    let rest = &text[at..];
    if first.is_ascii_digit() {
        return number_or_date(rest, at);
    }
    if first == '\'' {
        return quoted(rest, at);
    }
    if first.is_alphabetic() || first == '_' {
        let len = word_len(rest);
        return Ok((TokenKind::Word(rest[..len].to_owned()), len));
    }
    if let Some((habit, help)) = habit(rest) {
        let message = said!("这里不能用“{habit}”" / "“{habit}” cannot be used here");
        return Err(Fault::new(at..at + habit.len(), message).help(help));
    }
    if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
        return Ok((TokenKind::Sign(sign), sign.len()));
    }
    let fault = Fault::new(
        at..at + first.len_utf8(),
        said!("不认识的字符“{}”" / "unknown character “{}”", shown(first)),
    );
    Err(match first {
        '“' | '”' | '‘' | '’' => fault.help(said!(
            "文字用半角单引号，例如 '阀门'" / "texts stand in straight single quotes, like 'valve'"
        )),
        '≤' => fault.help(said!("请改用“<=”" / "please use “<=”")),
        '≥' => fault.help(said!("请改用“>=”" / "please use “>=”")),
        '≠' => fault.help(said!("请改用“!=”" / "please use “!=”")),
        // The full-width forms lie at a fixed distance from ASCII.
        '\u{FF01}'..='\u{FF5E}' => match char::from_u32(first as u32 - 0xFEE0) {
            Some(half) => fault.help(said!(
                "请改用半角的“{half}”" / "please use the half-width “{half}”"
            )),
            None => fault,
        },
        _ => fault,
    })
}

fn shown(character: char) -> String {
    if character.is_control() {
        format!("U+{:04X}", character as u32)
    } else {
        character.to_string()
    }
}

/// Letters of any script, digits, `_`, and dots between: `user.name`.
fn word_len(rest: &str) -> usize {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut len = 0;
    for (at, character) in rest.char_indices() {
        let dot = character == '.' && rest[at + 1..].chars().next().is_some_and(in_word);
        if !in_word(character) && !dot {
            break;
        }
        len = at + character.len_utf8();
    }
    len
}

fn number_or_date(rest: &str, at: usize) -> Result<(TokenKind, usize), Fault> {
    let digits = |from: usize| rest[from..].bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(0);
    if let Some(len) = date_len(rest) {
        let written = &rest[..len];
        let span = at..at + len;
        if len != 10 {
            return Err(Fault::new(span, said!("“{written}”不是日期的写法" / "“{written}” is no way to write a date"))
                .help(said!("日期写成四位年、两位月、两位日，例如 2027-03-01；减法请在减号两边留空格" / "dates have four digits of year, two of month, two of day, like 2027-03-01; put spaces around a minus sign")));
        }
        let date = written.parse().map_err(|_| {
            Fault::new(
                span,
                said!("没有 {written} 这一天" / "there is no day {written}"),
            )
        })?;
        return Ok((TokenKind::Date(date), len));
    }
    let len = match rest[whole..].strip_prefix('.') {
        Some(_) => whole + 1 + digits(whole + 1),
        None => whole,
    };
    let written = &rest[..len];
    written
        .parse()
        .map(|number| (TokenKind::Number(number), len))
        .map_err(|error: crate::ValueError| {
            Fault::new(
                at..at + len,
                said!(
                    "“{written}”不是数字：{}" / "“{written}” is no number: {}",
                    error.help
                ),
            )
        })
}

/// The length of something that looks like a date: four digits, then twice a dash and digits.
fn date_len(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| {
        bytes
            .get(from..)
            .unwrap_or(&[])
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let year = digits(0);
    let month = digits(year + 1);
    let day = digits(year + month + 2);
    let dashes = bytes.get(year) == Some(&b'-') && bytes.get(year + 1 + month) == Some(&b'-');
    (year == 4 && dashes && month > 0 && day > 0).then_some(year + month + day + 2)
}

fn quoted(rest: &str, at: usize) -> Result<(TokenKind, usize), Fault> {
    let mut content = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((place, character)) = characters.next() {
        match character {
            '\'' if characters.next_if(|(_, next)| *next == '\'').is_some() => content.push('\''),
            '\'' => return Ok((TokenKind::Text(content), place + 1)),
            control if control.is_control() => {
                let span = at + place..at + place + control.len_utf8();
                return Err(Fault::new(
                    span,
                    said!(
                        "文字里不能有换行等控制字符"
                            / "texts cannot hold line breaks or other control characters"
                    ),
                ));
            }
            other => content.push(other),
        }
    }
    Err(Fault::new(
        at..at + rest.len(),
        said!("文字没有结束" / "the text does not end"),
    )
    .help(said!(
        "在文字后面补上单引号" / "put a single quote behind it"
    )))
}
