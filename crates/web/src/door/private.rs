//! What must not stand in an address: identity card and telephone numbers.

/// Whether a text holds something shaped like an identity card number (GB 11643) or a mobile
/// telephone number. Device codes and credit codes, longer or without a date, are not such.
pub fn is_private(text: &str) -> bool {
    let text = codes::text::fold(text);
    let joined: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    runs(&joined).any(|run| is_identity(run) || is_mobile(run))
}

/// Longest stretches of digits, with the X that may end an identity number.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .flat_map(|word| word.split(|c: char| !(c.is_ascii_digit() || matches!(c, 'x' | 'X'))))
}

fn is_identity(run: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    match run.len() {
        18 => digits(&run[..17]) && is_birthday(&run[6..14]),
        // Numbers of 15 digits were given until 1999.
        15 => digits(run) && is_birthday(&format!("19{}", &run[6..12])),
        _ => false,
    }
}

fn is_birthday(text: &str) -> bool {
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    (1880..=2100).contains(&number(&text[..4]))
        && (1..=12).contains(&number(&text[4..6]))
        && (1..=31).contains(&number(&text[6..]))
}

fn is_mobile(run: &str) -> bool {
    let number = run
        .strip_prefix("86")
        .filter(|rest| rest.len() == 11)
        .unwrap_or(run);
    number.len() == 11
        && number.starts_with('1')
        && matches!(number.as_bytes()[1], b'3'..=b'9')
        && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn identity_and_telephone_numbers_are_seen_in_every_writing() {
        for text in [
            "11010519491231002X",
            "110105 19491231 002x",
            "张三13812345678",
            "+86 138-1234-5678",
            "１３８１２３４５６７８",
            "130503670401001",
        ] {
            assert!(is_private(text), "{text}");
        }
    }

    #[test]
    fn codes_of_things_and_firms_are_not_private() {
        for text in [
            "31103301092019060412",
            "91330109MA2B1234XN",
            "913301097046120014",
            "梯11浙A04127(25)",
            "2027-03-01..2027-04-01",
            "0571-82700000",
            "",
        ] {
            assert!(!is_private(text), "{text}");
        }
    }
}
