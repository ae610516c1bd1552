//! Normal form for storing and comparing, shown form for people, masked form for public views.

use crate::text::fold;
use crate::{Kind, document, entity, measuring, standard, trade};

/// The normal form: half width, upper case, without spaces, hyphens where the standard has them.
///
/// Never fails: a text that is no such code comes back folded, to be refused by `check`.
pub fn normal(kind: Kind, raw: &str) -> String {
    let typed = typed(kind, raw);
    match kind {
        Kind::OrgCode => entity::org_code_bare(&typed),
        Kind::Hs => typed.replace('.', ""),
        Kind::Plate => typed.replace(['·', '•', '.', '-'], ""),
        Kind::Cnas => typed.replacen("CNAS", "CNAS ", 1),
        Kind::Metrology => measuring::metrology_spaced(&typed),
        Kind::StdNo => standard::std_no_spaced(&typed),
        Kind::Wto => trade::wto_cased(&typed),
        Kind::DocNo | Kind::CaseNo => document::hexagonal(&typed),
        _ => typed,
    }
}

/// What was typed, folded but with its hyphens still in place, for the checks to look at.
pub(crate) fn typed(kind: Kind, raw: &str) -> String {
    let folded = fold(raw).to_ascii_uppercase();
    match kind {
        Kind::StdNo => standard::std_no_folded(&folded),
        Kind::Ts => single_hyphens(&without_spaces(&folded)),
        // No standard writes one; people group the long number by them.
        Kind::Uscc => without_spaces(&folded).replace('-', ""),
        _ => without_spaces(&folded),
    }
}

/// The form to show: `XXXXXXXX-X` for organisation codes, the long dash in standard numbers,
/// full-width brackets in case numbers.
pub fn shown(kind: Kind, normal: &str) -> String {
    match kind {
        Kind::OrgCode => entity::org_code_hyphened(normal),
        Kind::StdNo => match normal.rsplit_once('-') {
            Some((number, year)) => format!("{number}—{year}"),
            None => normal.to_string(),
        },
        Kind::CaseNo => normal.replace('(', "（").replace(')', "）"),
        Kind::Plate => {
            let second = normal
                .char_indices()
                .nth(2)
                .map_or(normal.len(), |(at, _)| at);
            let (office, number) = normal.split_at(second);
            if number.is_empty() {
                office.to_string()
            } else {
                format!("{office}·{number}")
            }
        }
        _ => normal.to_string(),
    }
}

/// The form for public views: personal numbers with the middle hidden (个人信息保护法 Art. 6, 51).
pub fn masked(kind: Kind, normal: &str) -> String {
    match kind {
        Kind::ResidentId => masked_middle(normal, MASK_HEAD, MASK_TAIL),
        _ => shown(kind, normal),
    }
}

const MASK_HEAD: usize = 6;
const MASK_TAIL: usize = 4;

/// Hides all but the head and the tail; a text too short to hide anything is hidden wholly.
pub(crate) fn masked_middle(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    let short = count <= head + tail;
    let hide = |i: usize| short || (i >= head && i < count - tail);
    text.chars()
        .enumerate()
        .map(|(i, c)| if hide(i) { '*' } else { c })
        .collect()
}

pub(crate) fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

pub(crate) fn single_hyphens(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_forms() {
        assert_eq!(shown(Kind::OrgCode, "MB1681397"), "MB168139-7");
        assert_eq!(shown(Kind::OrgCode, "MB1"), "MB1");
        assert_eq!(shown(Kind::StdNo, "GB/T 2828.1-2012"), "GB/T 2828.1—2012");
        assert_eq!(shown(Kind::Plate, "浙A12345"), "浙A·12345");
        assert_eq!(shown(Kind::Plate, "浙A"), "浙A");
        assert_eq!(
            shown(Kind::CaseNo, "(杭萧)质监罚字〔2012〕45号"),
            "（杭萧）质监罚字〔2012〕45号"
        );
        assert_eq!(
            shown(Kind::Uscc, "91330100799655058B"),
            "91330100799655058B"
        );
    }

    #[test]
    fn a_credit_code_is_taken_as_people_group_it() {
        for typed in [
            "91330100-79965505-8B",
            " 9133 0100 7996 5505 8b",
            "９１３３０１００－799655058B",
        ] {
            assert_eq!(normal(Kind::Uscc, typed), "91330100799655058B", "{typed}");
        }
    }

    #[test]
    fn personal_numbers_are_masked() {
        assert_eq!(
            masked(Kind::ResidentId, "33010919850214123X"),
            "330109********123X"
        );
        assert_eq!(
            masked(Kind::ResidentId, "110105491231002"),
            "110105*****1002"
        );
        assert_eq!(masked(Kind::ResidentId, "3301091985"), "**********");
        assert_eq!(masked(Kind::ResidentId, ""), "");
        assert_eq!(masked(Kind::OrgCode, "MB1681397"), "MB168139-7");
    }
}
