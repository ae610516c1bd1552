//! Check digit algorithms, each a pure function of the digits before (or around) the check digit.
//!
//! They answer `None` when the text has the wrong length or holds a character without a value.

/// Alphabet of the unified social credit code: no I, O, S, V, Z (GB 32100-2015, 4.2).
pub const USCC_ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// GB 32100-2015: Σ value·3^(i−1), check = (31 − S mod 31) mod 31.
pub fn uscc(first17: &str) -> Option<char> {
    let mut sum = 0;
    let mut weight = 1;
    let mut count = 0;
    for c in first17.chars() {
        sum += USCC_ALPHABET.find(c)? * weight;
        weight = weight * 3 % 31;
        count += 1;
    }
    let check = (31 - sum % 31) % 31;
    if count == 17 {
        USCC_ALPHABET.chars().nth(check)
    } else {
        None
    }
}

/// GB 11714-1997: weights 3,7,9,10,5,8,4,2; check = 11 − (Σ mod 11), 10 is X and 11 is 0.
pub fn org_code(first8: &str) -> Option<char> {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let value = |c: char| {
        if c.is_ascii_lowercase() {
            None
        } else {
            c.to_digit(36)
        }
    };
    let sum = weighted(first8, &WEIGHTS, value)?;
    match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        check => char::from_digit(check, 10),
    }
}

/// GB 11643-1999 (ISO 7064 MOD 11-2), for the resident identity number.
pub fn resident_id(first17: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum = weighted(first17, &WEIGHTS, |c| c.to_digit(10))?;
    "10X98765432".chars().nth((sum % 11) as usize)
}

/// GB 12904-2008: from the right 3,1,3,1 …; check = (10 − Σ mod 10) mod 10. For EAN-8, EAN-13, GTIN-14.
pub fn ean(before: &str) -> Option<char> {
    let mut sum = 0;
    for (i, c) in before.chars().rev().enumerate() {
        sum += c.to_digit(10)? * if i % 2 == 0 { 3 } else { 1 };
    }
    if before.is_empty() {
        None
    } else {
        char::from_digit((10 - sum % 10) % 10, 10)
    }
}

/// GB/T 17710-1999 (ISO 7064 MOD 11,10), for the food production licence.
pub fn mod11_10(before: &str) -> Option<char> {
    let mut product = 10;
    for c in before.chars() {
        let sum = match (product + c.to_digit(10)?) % 10 {
            0 => 10,
            sum => sum,
        };
        product = 2 * sum % 11;
    }
    if before.is_empty() {
        None
    } else {
        char::from_digit((11 - product) % 10, 10)
    }
}

/// GB 16735-2019: the ninth character of the vehicle number, from all seventeen (its weight is 0).
pub fn vin(all17: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    match weighted(all17, &WEIGHTS, vin_value)? % 11 {
        10 => Some('X'),
        check => char::from_digit(check, 10),
    }
}

fn vin_value(c: char) -> Option<u32> {
    const LETTERS: &str = "ABCDEFGH.JKLMN.P.R";
    match c {
        '.' => None,
        '0'..='9' => c.to_digit(10),
        'S'..='Z' => Some(c as u32 - 'S' as u32 + 2),
        _ => LETTERS.find(c).map(|i| i as u32 % 9 + 1),
    }
}

fn weighted(text: &str, weights: &[u32], value: impl Fn(char) -> Option<u32>) -> Option<u32> {
    let mut sum = 0;
    let mut count = 0;
    for c in text.chars() {
        sum += value(c)? * weights.get(count)?;
        count += 1;
    }
    (count == weights.len()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_examples_of_the_standards() {
        assert_eq!(uscc("91330100799655058"), Some('B'));
        assert_eq!(org_code("D2143569"), Some('X'));
        assert_eq!(org_code("00001409"), Some('0'));
        assert_eq!(resident_id("11010519491231002"), Some('X'));
        assert_eq!(ean("690123456789"), Some('2'));
        assert_eq!(ean("6901234"), Some('1'));
        assert_eq!(mod11_10("0794"), Some('5'));
        assert_eq!(vin("1M8GDM9AXKP042788"), Some('X'));
    }

    #[test]
    fn letters_of_the_vehicle_number_have_the_values_of_the_standard() {
        let table = "A1B2C3D4E5F6G7H8J1K2L3M4N5P7R9S2T3U4V5W6X7Y8Z9";
        let pairs: Vec<char> = table.chars().collect();
        for pair in pairs.chunks(2) {
            assert_eq!(vin_value(pair[0]), pair[1].to_digit(10), "{}", pair[0]);
        }
        for c in "IOQ.é一".chars() {
            assert_eq!(vin_value(c), None, "{c}");
        }
    }

    #[test]
    fn wrong_lengths_have_no_check_digit() {
        assert_eq!(uscc("9133"), None);
        assert_eq!(uscc("913301007996550580"), None);
        assert_eq!(org_code("123"), None);
        assert_eq!(resident_id("一二"), None);
        assert_eq!(ean(""), None);
        assert_eq!(mod11_10(""), None);
    }
}
