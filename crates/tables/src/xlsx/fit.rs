//! What a sheet can hold: lengths of texts and names, widths of columns.

use crate::cell::Cell;
use crate::limits::XLSX_TEXT_UNITS_MAX;

pub(super) const WIDTH_MAX: usize = 60;
const SHEET_NAME_UNITS_MAX: usize = 31;
const CUT: &str = "…（过长，已截断）";

/// The text, cut with a word about it where a cell can not hold it.
pub(super) fn fit(text: &str) -> String {
    if text.len() <= XLSX_TEXT_UNITS_MAX || text.encode_utf16().count() <= XLSX_TEXT_UNITS_MAX {
        return text.to_owned();
    }
    let mut left = XLSX_TEXT_UNITS_MAX - CUT.encode_utf16().count();
    let fits = |c: &char| match left.checked_sub(c.len_utf16()) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    cut.push_str(CUT);
    cut
}

/// A name that a spreadsheet program takes: short, without the signs of its formulas.
pub(super) fn sheet_name(name: &str) -> String {
    let is_bad = |c: char| matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') || c.is_control();
    let clean: String = name
        .chars()
        .map(|c| if is_bad(c) { '_' } else { c })
        .collect();
    let clean = cut_units(clean.trim().trim_matches('\''), SHEET_NAME_UNITS_MAX);
    if clean.is_empty() {
        "数据".to_owned()
    } else {
        clean
    }
}

pub(super) fn numbered(name: &str, number: usize) -> String {
    if number == 1 {
        return name.to_owned();
    }
    let suffix = format!("（{number}）");
    cut_units(name, SHEET_NAME_UNITS_MAX - suffix.chars().count()) + &suffix
}

fn cut_units(text: &str, units: usize) -> String {
    let mut left = units;
    let mut cut = String::new();
    for c in text.chars() {
        let Some(rest) = left.checked_sub(c.len_utf16()) else {
            break;
        };
        left = rest;
        cut.push(c);
    }
    cut
}

/// In widths of a digit; a Chinese character is two wide.
pub(super) fn width_of(text: &str) -> usize {
    let line = text
        .lines()
        .map(|line| line.chars().take(WIDTH_MAX).map(width_of_char).sum())
        .max();
    line.unwrap_or(0)
}

fn width_of_char(c: char) -> usize {
    if matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3ffff}')
    {
        2
    } else {
        1
    }
}

pub(super) fn width_of_cell(cell: &Cell<'_>) -> usize {
    1 + match cell {
        Cell::Empty => 0,
        Cell::Text(text) | Cell::Code(text) => width_of(text),
        Cell::Int(number) => number.to_string().len(),
        Cell::Decimal(digits) => digits.len(),
        Cell::Scaled { mantissa, scale } => {
            mantissa.to_string().len().max(usize::from(*scale) + 1) + 1
        }
        Cell::Date { .. } => 10,
        Cell::Moment { .. } => 19,
        Cell::Bool(_) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheet_names_are_taken() {
        assert_eq!(sheet_name("特种设备/电梯?"), "特种设备_电梯_");
        assert_eq!(sheet_name("  "), "数据");
        assert_eq!(sheet_name(&"梯".repeat(40)).chars().count(), 31);
        assert_eq!(numbered(&"梯".repeat(31), 12).chars().count(), 31);
        assert_eq!(numbered("电梯", 2), "电梯（2）");
    }

    #[test]
    fn chinese_is_two_wide() {
        assert_eq!(width_of("电梯ab\n一"), 6);
        assert_eq!(width_of("𠀀"), 2);
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let whole = "中".repeat(XLSX_TEXT_UNITS_MAX);
        assert_eq!(fit(&whole), whole);
        let cut = fit(&(whole + "文"));
        assert_eq!(cut.encode_utf16().count(), XLSX_TEXT_UNITS_MAX);
        assert!(cut.ends_with(CUT));
    }
}
