//! Numbers in Chinese characters, everyday and financial ones, and the units of ten thousand.

const UNITS: &[(char, i128)] = &[
    ('十', 10),
    ('拾', 10),
    ('百', 100),
    ('佰', 100),
    ('千', 1_000),
    ('仟', 1_000),
    ('万', 10_000),
    ('亿', 100_000_000),
];

/// 万亿; larger ones are typing errors.
pub(super) const UNIT_MAX: i128 = 1_000_000_000_000;

pub(super) fn unit_of(c: char) -> Option<i128> {
    UNITS.iter().find(|unit| unit.0 == c).map(|unit| unit.1)
}

pub(super) fn han_digit(c: char) -> Option<i128> {
    const DIGITS: [&str; 10] = [
        "零〇",
        "一壹",
        "二贰两",
        "三叁",
        "四肆",
        "五伍",
        "六陆",
        "七柒",
        "八捌",
        "九玖",
    ];
    DIGITS
        .iter()
        .position(|forms| forms.contains(c))
        .map(|i| i as i128)
}

/// 一百五十万, 壹佰伍拾万, 三亿二千万. Digits must be followed by a unit or end the number.
pub(super) fn han_number(text: &str) -> Option<i128> {
    let (mut total, mut section, mut digit) = (0_i128, 0_i128, None);
    for c in text.chars() {
        match (han_digit(c), unit_of(c)) {
            (Some(0), _) => {}
            (Some(value), _) if digit.is_none() => digit = Some(value),
            (Some(_), _) => return None,
            (None, Some(unit)) if unit >= 10_000 => {
                section += digit.take().unwrap_or(0);
                let part = if section == 0 { total } else { section };
                if part == 0 || part.checked_mul(unit)? > UNIT_MAX * 10_000 {
                    return None;
                }
                // 万亿: the unit multiplies what came before.
                total = if section == 0 {
                    part * unit
                } else {
                    total + part * unit
                };
                section = 0;
            }
            (None, Some(unit)) => section += digit.take().unwrap_or(1) * unit,
            (None, None) => return None,
        }
    }
    Some(total + section + digit.unwrap_or(0))
}
