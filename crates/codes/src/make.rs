//! Generators of valid codes, for test data and samples. They answer `None` for parts that cannot be.

use crate::{Day, check_digit, equipment, provinces};

/// A unified social credit code (GB 32100-2015) around eight characters of an organisation code.
pub fn make_uscc(dept: char, kind: char, division: &str, org8: &str) -> Option<String> {
    let fits =
        "123456789ANY".contains(dept) && ('1'..='9').contains(&kind) && is_digits(division, 6);
    let first17 = format!("{dept}{kind}{division}{}", make_org_code(org8)?);
    let check = check_digit::uscc(&first17).filter(|_| fits)?;
    Some(format!("{first17}{check}"))
}

/// An organisation code (GB 11714-1997) of nine characters.
pub fn make_org_code(org8: &str) -> Option<String> {
    check_digit::org_code(org8).map(|check| format!("{org8}{check}"))
}

/// A resident identity number (GB 11643-1999); an odd sequence is a man.
pub fn make_resident_id(division: &str, birth: Day, sequence: u16) -> Option<String> {
    let fits = is_digits(division, 6)
        && provinces::in_resident_ids(division)
        && birth.is_real()
        && (1800..2100).contains(&birth.year)
        && sequence <= 999;
    let Day { year, month, day } = birth;
    let first17 = format!("{division}{year:04}{month:02}{day:02}{sequence:03}");
    let check = check_digit::resident_id(&first17).filter(|_| fits)?;
    Some(format!("{first17}{check}"))
}

/// An EAN-13 (GB 12904-2008) from its first twelve digits.
pub fn make_ean13(first12: &str) -> Option<String> {
    with_ean_check(first12, 12)
}

/// An EAN-8 (GB 12904-2008) from its first seven digits.
pub fn make_ean8(first7: &str) -> Option<String> {
    with_ean_check(first7, 7)
}

/// A GTIN-14 (GB/T 16830-2008): indicator 0–9 and an EAN-13.
pub fn make_gtin14(indicator: u8, ean13: &str) -> Option<String> {
    if indicator > 9 || !is_digits(ean13, 13) {
        return None;
    }
    with_ean_check(&format!("{indicator}{}", &ean13[..12]), 13)
}

fn with_ean_check(before: &str, digits: usize) -> Option<String> {
    let check = check_digit::ean(before).filter(|_| is_digits(before, digits))?;
    Some(format!("{before}{check}"))
}

/// A food production licence (SC): category such as `106`, county, serial 1–9999.
pub fn make_sc(category: &str, division: &str, serial: u16) -> Option<String> {
    crate::licence::food_category(category)?;
    let fits = is_digits(division, 6) && (1..=9999).contains(&serial);
    let first13 = format!("{category}{division}{serial:04}");
    let check = check_digit::mod11_10(&first13).filter(|_| fits)?;
    Some(format!("SC{first13}{check}"))
}

/// A vehicle number (GB 16735-2019) from the eight characters before the check and the eight after.
pub fn make_vin(before: &str, after: &str) -> Option<String> {
    let check = check_digit::vin(&format!("{before}0{after}"))?;
    (before.chars().count() == 8).then(|| format!("{before}{check}{after}"))
}

/// A device code of 18 characters: catalogue code, maker's five characters, year, serial.
///
/// After 99999 the serial goes on with A0000.
pub fn make_device_code(catalogue: &str, maker: &str, year: i32, serial: u32) -> Option<String> {
    equipment::kind_of(catalogue)?;
    let fits = maker.len() == 5 && (1949..2100).contains(&year);
    let text = format!("{catalogue}{maker}{year:04}{}", overflowing(serial, 5)?);
    Some(text).filter(|_| fits)
}

/// A registration code of before 2014: catalogue code, division, month of registration, serial.
pub fn make_reg_code(
    catalogue: &str,
    division: &str,
    registered: Day,
    serial: u32,
) -> Option<String> {
    equipment::kind_ever(catalogue)?;
    let fits =
        is_digits(division, 6) && registered.is_real() && (1900..2100).contains(&registered.year);
    let Day { year, month, .. } = registered;
    let text = format!(
        "{catalogue}{division}{year:04}{month:02}{}",
        overflowing(serial, 4)?
    );
    Some(text).filter(|_| fits)
}

/// A use certificate number (TSG 08-2017): catalogue code, 省简称, letter of the city, serial, year.
pub fn make_use_cert(
    catalogue: &str,
    province: char,
    city: char,
    serial: u32,
    year: i32,
) -> Option<String> {
    let kind = equipment::kind_of(catalogue)?;
    provinces::of_short(province)?;
    let (class, two) = (kind.code.chars().next()?, kind.code.get(1..3)?);
    // Cylinders (23xx) have their own word among the vessels.
    let word = match &kind.code[..2] {
        "23" => '瓶',
        _ => {
            equipment::USE_CERT_KINDS
                .iter()
                .find(|(_, digit)| *digit == class)?
                .0
        }
    };
    let fits =
        kind.code.ends_with('0') && city.is_ascii_uppercase() && (2000..2100).contains(&year);
    let text = format!(
        "{word}{two}{province}{city}{}({:02})",
        overflowing(serial, 5)?,
        year % 100
    );
    Some(text).filter(|_| fits)
}

/// A licence number (TSG 07-2019): nature, class, authority, firm 1–999, year of expiry.
pub fn make_ts(nature: char, class: char, region: &str, firm: u16, expires: i32) -> Option<String> {
    let natures = "123456789X".contains(nature) && "123456789F".contains(class);
    let region_fits = region == "10" || (region.len() == 2 && provinces::of_code(region).is_some());
    let fits =
        natures && region_fits && (1..=999).contains(&firm) && (2000..2100).contains(&expires);
    fits.then(|| format!("TS{nature}{class}{region}{firm:03}-{expires}"))
}

/// A serial of fixed width whose first place becomes a letter on overflow: 9999, A000, A001 …
fn overflowing(serial: u32, width: u32) -> Option<String> {
    let limit = 10_u32.pow(width);
    let places = width as usize;
    if serial < limit {
        return Some(format!("{serial:0places$}"));
    }
    let step = limit / 10;
    let letter = u8::try_from((serial - limit) / step)
        .ok()
        .filter(|&n| n < 26)?;
    Some(format!(
        "{}{:02$}",
        char::from(b'A' + letter),
        serial % step,
        places - 1
    ))
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_overflow_into_letters() {
        for (serial, width, text) in [
            (98, 5, "00098"),
            (9999, 4, "9999"),
            (10_000, 4, "A000"),
            (11_000, 4, "B000"),
            (35_999, 4, "Z999"),
            (99_999, 5, "99999"),
            (100_000, 5, "A0000"),
        ] {
            assert_eq!(overflowing(serial, width).as_deref(), Some(text));
        }
        assert_eq!(overflowing(36_000, 4), None);
        assert_eq!(overflowing(u32::MAX, 4), None);
    }

    #[test]
    fn impossible_parts_make_nothing() {
        assert_eq!(make_uscc('Z', '1', "330109", "79965505"), None);
        assert_eq!(make_uscc('9', '1', "33010", "79965505"), None);
        assert_eq!(make_uscc('9', '1', "330109", "7996550I5"), None);
        assert_eq!(make_uscc('9', '1', "330109", "7996550I"), None);
        assert_eq!(
            make_resident_id(
                "330109",
                Day {
                    year: 2001,
                    month: 2,
                    day: 29
                },
                1
            ),
            None
        );
        assert_eq!(
            make_resident_id(
                "990109",
                Day {
                    year: 2001,
                    month: 2,
                    day: 2
                },
                1
            ),
            None
        );
        assert_eq!(make_gtin14(1, "一二"), None);
        assert_eq!(make_device_code("2999", "10890", 2015, 1), None);
        assert_eq!(make_use_cert("7110", '浙', 'A', 1, 2021), None);
        assert_eq!(make_ts('2', '2', "77", 890, 2027), None);
    }

    #[test]
    fn the_worked_example_of_the_coding_annex() {
        assert_eq!(
            make_device_code("2150", "10890", 2015, 98).unwrap(),
            "215010890201500098"
        );
    }
}
