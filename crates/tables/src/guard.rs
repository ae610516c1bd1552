//! Marks that keep a spreadsheet program from running or rewriting a cell of a CSV file.
//!
//! `docs/decisions/0005-csv-and-spreadsheets.md` says why. Two marks are put before a cell by the
//! writer and taken off by the reader, so that what is exported and imported again is the same:
//! * `'` before text that could run as a formula;
//! * a TAB before a code that would be taken for a number or a date.
//!
//! **Invariant:** `unguard(guard(text)) == text` for every text, and text that begins with a TAB
//! is itself guarded by `'`, so the two marks can not be mistaken for each other.

pub(crate) const QUOTE: char = '\'';
pub(crate) const TAB: char = '\t';
/// A code of digits this long or longer is shown in scientific notation when taken for a number.
const DIGITS_SHOWN_MAX: usize = 11;

/// Whether text needs a `'` before it. Text of which that is already true with its leading `'`
/// taken away needs one more, or the reader would take off one that belongs to the text.
#[inline]
pub(crate) fn needs_quote(text: &str) -> bool {
    match text.as_bytes().first() {
        // The ordinary cell: a letter, a digit or a Chinese character up to U+EFFF.
        Some(b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | 0xe3..=0xee)
            if !text.starts_with('\u{3000}') =>
        {
            false
        }
        None => false,
        Some(_) => could_run(text.trim_start_matches(QUOTE)),
    }
}

/// Whether a code needs a TAB before it: digits that are long or begin with 0, and what a
/// spreadsheet program reads as a date, a time, a fraction or a power (`1-2`, `3/4`, `12E5`).
pub(crate) fn needs_tab(code: &str) -> bool {
    let bytes = code.as_bytes();
    if !bytes.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    if bytes.iter().all(u8::is_ascii_digit) {
        return bytes.len() > DIGITS_SHOWN_MAX || (bytes[0] == b'0' && bytes.len() > 1);
    }
    bytes.iter().all(|b| {
        matches!(
            b,
            b'0'..=b'9' | b'.' | b',' | b'-' | b'/' | b':' | b'+' | b'e' | b'E' | b'%' | b' '
        )
    })
}

/// Takes the mark off a cell that was read and says which it was.
#[inline]
pub(crate) fn unguard(cell: &mut String) -> Option<char> {
    let mark = match cell.as_bytes().first() {
        Some(b'\'') if needs_quote(&cell[1..]) => QUOTE,
        Some(b'\t') if needs_tab(&cell[1..]) => TAB,
        _ => return None,
    };
    cell.remove(0);
    Some(mark)
}

/// Whether the text is nothing but a number with a sign: it begins like a formula and runs none.
pub(crate) fn is_signed_number(text: &str) -> bool {
    let Some(digits) = text.strip_prefix(['+', '-']) else {
        return false;
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole) && is_digits(part)
}

/// Spreadsheet programs look past spaces, and in Chinese systems take the full-width forms too.
/// A NUL is not looked past, because the writers replace it.
fn could_run(text: &str) -> bool {
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let is_unseen = |c: char| {
        c.is_whitespace()
            || (c.is_control() && c != '\0')
            || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}')
    };
    text.trim_start_matches(is_unseen)
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guarded(text: &str) -> String {
        if needs_quote(text) {
            format!("'{text}")
        } else {
            text.to_owned()
        }
    }

    #[test]
    fn what_could_run_is_quoted() {
        for text in [
            "=1",
            "+1",
            "-1",
            "@a",
            "\t1",
            "\r=1",
            "\n",
            " =1",
            "\u{3000}=1",
            "\u{feff}=1",
            "＝1",
            "＠x",
            "'=1",
            "''=1",
        ] {
            assert!(needs_quote(text), "{text:?}");
        }
        for text in [
            "",
            "a",
            "0",
            "中",
            "a=1",
            "'",
            "''a",
            "。=",
            "（=",
            " x",
            "《=》",
            "1-2",
            "\u{3000}中",
        ] {
            assert!(!needs_quote(text), "{text:?}");
        }
    }

    #[test]
    fn what_is_quoted_comes_back() {
        for text in [
            "=1", "'=1", "''=1", "'", "''", "\t0123", "'\t0123", "'a", "", "－", "''''",
        ] {
            let mut cell = guarded(text);
            unguard(&mut cell);
            assert_eq!(cell, text);
        }
    }

    #[test]
    fn codes_that_look_like_numbers_get_a_tab() {
        for code in [
            "0123",
            "110105199001011234",
            "123456789012",
            "1-2",
            "3/4",
            "12E5",
            "1.50",
            "007",
        ] {
            assert!(needs_tab(code), "{code}");
            let mut cell = format!("\t{code}");
            assert_eq!(unguard(&mut cell), Some(TAB));
            assert_eq!(cell, code);
        }
        for code in [
            "",
            "0",
            "350102",
            "12345678901",
            "91350100M000100Y43",
            "梯11苏A00001(20)",
            "A0123",
        ] {
            assert!(!needs_tab(code), "{code}");
        }
    }

    #[test]
    fn signed_numbers_are_known() {
        assert!(is_signed_number("-5") && is_signed_number("+3.25"));
        for text in ["5", "-", "-5a", "-1+1", "-.5", "+", "-1.", "--1"] {
            assert!(!is_signed_number(text), "{text}");
        }
    }
}
