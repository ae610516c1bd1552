//! Plain text: trimmed, without what cannot be seen.

use catalogue::Label;
use expr::Value;
use speech::{Lang, Said, said};

use super::{No, no};

/// Whether a field keeps line ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    One,
    Many,
}

/// The refusal of a code under the label of its field; some of them begin with the code's own
/// title, and one name is enough.
pub(super) fn once(label: &Label, title: &Said, refused: &Said) -> Said {
    let told = |lang, between: &str| {
        let (label, refused) = (label.get(lang), refused.get(lang));
        match refused.strip_prefix(title.get(lang)) {
            Some(rest) => format!("“{label}”{rest}"),
            None => format!("“{label}”{between}{refused}"),
        }
    };
    Said {
        zh: told(Lang::Zh, "：").into(),
        en: told(Lang::En, ": ").into(),
    }
}

/// Text without control characters, trimmed, line ends as LF.
pub(super) fn plain(label: &Label, text: &str, max: usize, lines: Lines) -> Result<Value, No> {
    let mut clean = String::with_capacity(text.len());
    for line in text.trim().lines() {
        if !clean.is_empty() {
            clean.push(if lines == Lines::Many { '\n' } else { ' ' });
        }
        clean.extend(
            line.trim_end()
                .chars()
                .filter(|c| (!c.is_control() || *c == '\t') && !is_trick(*c)),
        );
    }
    let count = clean.chars().count();
    if count > max {
        return no(
            "length",
            said!(
                "“{}”最多 {max} 个字，现在有 {count} 个"
                    / "“{}” takes at most {max} characters, not {count}",
                label
            ),
        );
    }
    if clean.is_empty() {
        Ok(Value::Null)
    } else {
        Ok(Value::Text(clean))
    }
}

/// Whether a text is one line of what can be seen, as fields of text hold it.
pub(crate) fn is_one_line(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || is_trick(c))
}

/// Characters that cannot be seen and change how others read: they make two names look alike.
fn is_trick(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}
