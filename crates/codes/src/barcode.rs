//! Bar codes of goods: EAN-13, EAN-8, GTIN-14 (GB 12904-2008, GB/T 16830-2008).

use speech::{Said, said};

use crate::scan::first_misfit;
use crate::{Checked, Kind, Refused, check_digit};

/// An EAN-13 registered in mainland China: prefix 690–699.
pub(crate) fn ean13_cn(typed: &str) -> Result<Checked, Refused> {
    let mut checked = by_mod10(Kind::Ean13Cn, typed, 13)?;
    let prefix = &typed[..3];
    if !("690"..="699").contains(&prefix) {
        let text = said!(
            "前缀码 {prefix} 不是中国大陆的前缀（690–699），境外注册的条码请按境外条码登记"
                / "The prefix {prefix} is not one of mainland China (690–699); barcodes registered elsewhere have a field of their own"
        );
        return Err(Refused::new("region", text));
    }
    if prefix >= "698" {
        checked.warn(
            "unlisted",
            said!(
                "前缀码 {prefix} 尚未启用，请核对"
                    / "The prefix {prefix} is not in use yet; please check"
            ),
        );
    }
    Ok(checked)
}

/// Any EAN-13; the prefix tells where the number was registered, not where the goods were made.
pub(crate) fn ean13(typed: &str) -> Result<Checked, Refused> {
    let mut checked = by_mod10(Kind::Ean13, typed, 13)?;
    if typed.starts_with('2') || typed.starts_with("02") || typed.starts_with("04") {
        checked.warn(
            "unlisted",
            said!(
                "这是店内码，只在一家商店内有效，不能用来识别商品"
                    / "This is a shop's own barcode and identifies no article elsewhere"
            ),
        );
    }
    Ok(checked)
}

/// EAN-8, 缩短版.
pub(crate) fn ean8(typed: &str) -> Result<Checked, Refused> {
    by_mod10(Kind::Ean8, typed, 8)
}

/// GTIN-14 (ITF-14) of a shipping unit: indicator, twelve digits of the EAN-13, new check digit.
pub(crate) fn gtin14(typed: &str) -> Result<Checked, Refused> {
    by_mod10(Kind::Gtin14, typed, 14)
}

fn by_mod10(kind: Kind, typed: &str, want: usize) -> Result<Checked, Refused> {
    let count = typed.chars().count();
    if count != want {
        return Err(Refused::length(
            kind.title(),
            Said::same(want.to_string()),
            count,
        ));
    }
    if let Some((place, found)) = first_misfit(typed, |c| c.is_ascii_digit()) {
        return Err(Refused::character(place, found, said!("数字" / "digits")));
    }
    let found = typed.chars().next_back().unwrap_or_default();
    match check_digit::ean(&typed[..want - 1]) {
        Some(right) if right == found => Ok(Checked::clean(typed)),
        Some(right) => Err(Refused::check_digit(want, right, found)),
        None => Err(Refused::shape(kind.title(), said!("数字" / "digits"))),
    }
}

#[cfg(test)]
mod tests {
    use crate::{BuiltInLists, Day, Kind, check};

    const TODAY: Day = Day {
        year: 2026,
        month: 11,
        day: 21,
    };

    #[test]
    fn foreign_codes_pass_only_the_general_kind() {
        let lists = BuiltInLists::default();
        assert!(
            check(Kind::Ean13, "4006381333931", &lists, TODAY)
                .unwrap()
                .warnings
                .is_empty()
        );
        let refused = check(Kind::Ean13Cn, "4006381333931", &lists, TODAY).unwrap_err();
        assert_eq!(refused.code, "region");
        let store = crate::make_ean13("200000000001").unwrap();
        assert_eq!(
            check(Kind::Ean13, &store, &lists, TODAY)
                .unwrap()
                .warnings
                .len(),
            1
        );
        let unused = crate::make_ean13("698000000001").unwrap();
        assert_eq!(
            check(Kind::Ean13Cn, &unused, &lists, TODAY)
                .unwrap()
                .warnings
                .len(),
            1
        );
    }
}
