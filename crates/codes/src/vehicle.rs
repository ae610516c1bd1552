//! Vehicles: identification number (GB 16735-2019) and number plate (GA 36).

use speech::{Said, said};

use crate::scan::{Scan, first_misfit};
use crate::{Checked, Kind, Refused, check_digit, form, provinces};

/// GB 16735-2019: seventeen characters without I, O, Q; the ninth is the check.
pub(crate) fn vin(typed: &str) -> Result<Checked, Refused> {
    let title = Kind::Vin.title();
    let count = typed.chars().count();
    if count != 17 {
        return Err(Refused::length(title, Said::same("17"), count));
    }
    let allowed = |c: char| c.is_ascii_digit() || (c.is_ascii_uppercase() && !"IOQ".contains(c));
    if let Some((place, found)) = first_misfit(typed, allowed) {
        return Err(Refused::character(
            place,
            found,
            said!("数字或大写字母（I、O、Q 除外）" / "digits or capitals (not I, O, Q)"),
        ));
    }
    let found = typed.chars().nth(8).unwrap_or_default();
    match check_digit::vin(typed) {
        Some(want) if want == found => Ok(Checked::clean(typed)),
        Some(want) => Err(Refused::check_digit(9, want, found)),
        None => Err(Refused::shape(
            title,
            said!("17 位数字或大写字母" / "17 digits or capitals"),
        )),
    }
}

/// GA 36: province, office, five characters, six for new energy; `挂学警港澳` only as the fifth.
pub(crate) fn plate(typed: &str) -> Result<Checked, Refused> {
    let bare = form::normal(Kind::Plate, typed);
    let form = said!(
        "省简称、发牌机关字母和 5 位号码（新能源车 6 位）"
            / "province, letter of the authority and 5 characters (6 for new energy vehicles)"
    );
    let mut scan = Scan::new(&bare);
    let Some(short) = scan.one(|_| true) else {
        return Err(Refused::shape(Kind::Plate.title(), form));
    };
    if provinces::of_short(short).is_none() {
        return Err(Refused::new(
            "region",
            said!("“{short}”不是省级简称" / "“{short}” is no province"),
        ));
    }
    if let Some(found) = bare.chars().skip(1).find(|c| "IO".contains(*c)) {
        let text = said!(
            "号牌不使用字母 {found}，请核对是否为数字 1 或 0"
                / "Plates have no letter {found}; please check whether it is the digit 1 or 0"
        );
        return Err(Refused::new("character", text));
    }
    let plain = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
    let fits = scan.one(|c| c.is_ascii_uppercase()).is_some()
        && scan.many(4, 4, plain).is_some()
        && (scan.one(|c| "挂学警港澳".contains(c)).is_some() || scan.many(1, 2, plain).is_some())
        && scan.at_end();
    if fits {
        Ok(Checked::clean(bare))
    } else {
        Err(Refused::shape(Kind::Plate.title(), form))
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
    fn plates_lose_the_dot() {
        let lists = BuiltInLists::default();
        for raw in ["浙A·12345", "浙a 12345", "浙Ａ-12345"] {
            assert_eq!(
                check(Kind::Plate, raw, &lists, TODAY).unwrap().normal,
                "浙A12345"
            );
        }
        for bad in [
            "浙A挂1234",
            "浙A1234567",
            "浙112345",
            "浙A1234挂5",
            "浙",
            "·",
        ] {
            assert!(check(Kind::Plate, bad, &lists, TODAY).is_err(), "{bad}");
        }
    }
}
