//! The words of a line, and what they are made of.

use kernel::Raw;

/// `name=value`.
pub(super) fn is_pair(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())
    })
}

/// Words of a line; double quotes keep spaces together, also after `name=`.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    let mut any = false;
    for c in line.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                any = true;
            }
            c if c.is_whitespace() && !quoted => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

/// Child rows: `item:安全阀失效|clause:第39条;item:没有年检`.
pub(super) fn rows(text: &str) -> Raw {
    let row = |row: &str| {
        let columns = row.split('|').filter_map(|column| column.split_once(':'));
        let columns = columns.map(|(name, value)| (name.to_owned(), Raw::text(value)));
        Raw::Map(columns.collect())
    };
    let rows = text.split(';').filter(|row| !row.is_empty());
    Raw::Many(rows.map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::{Raw, rows, words};

    #[test]
    fn quotes_keep_words_together() {
        assert_eq!(words(r#"a b="c d" "" e"#), ["a", "b=c d", "", "e"]);
    }

    #[test]
    fn rows_stand_between_semicolons_and_columns_between_bars() {
        let row = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter();
            Raw::Map(
                pairs
                    .map(|(name, value)| ((*name).to_owned(), Raw::text(*value)))
                    .collect(),
            )
        };
        let both = vec![row(&[("a", "1"), ("b", "9:30")]), row(&[("a", "2")])];
        assert_eq!(rows("a:1|b:9:30;a:2"), Raw::Many(both));
        assert_eq!(rows(""), Raw::Many(Vec::new()));
    }
}
