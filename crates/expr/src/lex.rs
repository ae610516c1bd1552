//! Cuts a condition into words, numbers, dates, quoted texts and signs.

use std::ops::Range;

use jiff::civil::Date;

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

/// Habits from other languages, and what is meant.
const HABITS: [(&str, &str); 9] = [
    ("==", "相等只写一个“=”"),
    ("<>", "不等于写成“!=”"),
    ("&&", "并且写成 and"),
    ("||", "或者写成 or"),
    ("&", "并且写成 and"),
    ("|", "或者写成 or"),
    ("!", "否定写成 not，不等于写成“!=”"),
    ("\"", "文字用单引号，例如 '阀门'"),
    ("，", "请改用半角的“,”"),
];

pub(crate) fn lex(text: &str) -> Result<Vec<Token>, Fault> {
    if text.len() > CONDITION_BYTES_MAX {
        return Err(Fault::new(
            0..text.len(),
            format!(
                "条件太长：{} 字节，最多 {CONDITION_BYTES_MAX} 字节",
                text.len()
            ),
        )
        .help("请拆成几条，或改用程序里的规则"));
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
    for (habit, help) in HABITS {
        // `!=` is a sign of ours, `!` alone is a habit.
        if rest.starts_with(habit) && !(habit == "!" && rest.starts_with("!=")) {
            let fault = Fault::new(at..at + habit.len(), format!("这里不能用“{habit}”"));
            return Err(fault.help(help));
        }
    }
    if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
        return Ok((TokenKind::Sign(sign), sign.len()));
    }
    let fault = Fault::new(
        at..at + first.len_utf8(),
        format!("不认识的字符“{}”", shown(first)),
    );
    Err(match first {
        '“' | '”' | '‘' | '’' => fault.help("文字用半角单引号，例如 '阀门'"),
        '≤' => fault.help("请改用“<=”"),
        '≥' => fault.help("请改用“>=”"),
        '≠' => fault.help("请改用“!=”"),
        // The full-width forms lie at a fixed distance from ASCII.
        '\u{FF01}'..='\u{FF5E}' => match char::from_u32(first as u32 - 0xFEE0) {
            Some(half) => fault.help(format!("请改用半角的“{half}”")),
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
            return Err(Fault::new(span, format!("“{written}”不是日期的写法"))
                .help("日期写成四位年、两位月、两位日，例如 2027-03-01；减法请在减号两边留空格"));
        }
        let date = written
            .parse()
            .map_err(|_| Fault::new(span, format!("没有 {written} 这一天")))?;
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
            Fault::new(at..at + len, format!("“{written}”不是数字：{}", error.help))
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
                return Err(Fault::new(span, "文字里不能有换行等控制字符"));
            }
            other => content.push(other),
        }
    }
    Err(Fault::new(at..at + rest.len(), "文字没有结束").help("在文字后面补上单引号"))
}
