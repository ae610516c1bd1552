//! Text as people type it: full width to half width, names of firms, telephone, e-mail, money.

mod email;
mod money;
mod phone;

pub use email::check_email;
pub use money::{Money, parse_money};
pub use phone::{Phone, PhoneKind, check_phone, mask_phone, phone_normal};

/// Full width to half width, dashes to `-`, odd spaces to a plain one, invisible signs away, trimmed.
///
/// Letters keep their case. Han brackets such as 〔〕 and 【】 stay.
pub fn fold(raw: &str) -> String {
    let folded: String = raw.chars().filter_map(fold_char).collect();
    folded.trim().to_string()
}

fn fold_char(c: char) -> Option<char> {
    Some(match c {
        // The full-width block repeats ASCII at a fixed distance.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0)?,
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => return None,
        '\u{202a}'..='\u{202e}' | '\u{fe00}'..='\u{fe0f}' => return None,
        '﹙' => '(',
        '﹚' => ')',
        '￥' => '¥',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹣' | '─' | '﹘' => '-',
        c if c.is_whitespace() || c.is_control() => ' ',
        c => c,
    })
}

/// Name of a firm or place for comparison and search: folded, brackets `()`, no space beside a Han
/// character, single spaces between Latin words. Case is kept.
pub fn name_normal(raw: &str) -> String {
    let folded = fold(raw)
        .replace(['〔', '﹝', '【'], "(")
        .replace(['〕', '﹞', '】'], ")");
    let mut out = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        let joint = out.chars().next_back().zip(word.chars().next());
        if joint.is_some_and(|(left, right)| is_latin(left) && is_latin(right)) {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn is_latin(c: char) -> bool {
    c.is_alphanumeric() && !is_wide(c) || matches!(c, '&' | '.' | ',' | '\'')
}

fn is_wide(c: char) -> bool {
    ('\u{2e80}'..='\u{9fff}').contains(&c) || c >= '\u{f900}'
}

/// Key under which two spellings of one name meet: `name_normal`, lower case, letters and digits only.
pub fn name_key(raw: &str) -> String {
    name_normal(raw)
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_becomes_half_width() {
        assert_eq!(fold("　ＡＢＣ－１２３（ｘ）\u{feff} "), "ABC-123(x)");
        assert_eq!(fold("国发〔2024〕11号"), "国发〔2024〕11号");
        assert_eq!(fold("a\u{a0}b\tc\u{200b}d"), "a b cd");
        assert_eq!(fold("GB 1—2020"), "GB 1-2020");
    }

    #[test]
    fn names_of_firms_meet() {
        let normal = "杭州金质(集团)有限公司";
        for raw in [
            "杭州金质（集团）有限公司",
            " 杭州 金质 ( 集团 ) 有限公司",
            "杭州金质〔集团〕有限公司",
        ] {
            assert_eq!(name_normal(raw), normal, "{raw}");
        }
        assert_eq!(
            name_normal("ABC  Trading   Co., Ltd."),
            "ABC Trading Co., Ltd."
        );
        assert_eq!(name_normal("ＡＢＣ 电梯 厂"), "ABC电梯厂");
        assert_eq!(
            name_key("ABC Trading Co., Ltd."),
            name_key("abc trading co.ltd")
        );
        assert_eq!(name_key("杭州金质（集团）有限公司"), "杭州金质集团有限公司");
        assert_ne!(name_key("杭州金质一厂"), name_key("杭州金质二厂"));
        assert_eq!(name_normal(" \u{200b}　"), "");
    }
}
