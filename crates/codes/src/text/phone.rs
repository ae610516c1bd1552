//! Chinese telephone numbers: mobile, landline with area code and extension, service numbers.

use speech::{Said, said};

use std::fmt;

use super::fold;
use crate::Refused;
use crate::form::masked_middle;

/// A telephone number in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    pub kind: PhoneKind,
    /// Area code of a landline, with its 0; else empty.
    pub area: String,
    pub number: String,
    /// Extension, else empty.
    pub extension: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneKind {
    Mobile,
    Landline,
    /// 400 and 800 numbers, 12315 and the like.
    Service,
}

impl fmt::Display for Phone {
    /// `13800138000`, `0571-82345678`, `0571-82345678-801`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [&self.area, &self.number, &self.extension];
        let written: Vec<&str> = parts
            .iter()
            .filter(|p| !p.is_empty())
            .map(|p| p.as_str())
            .collect();
        f.write_str(&written.join("-"))
    }
}

/// The number in its parts, or why it cannot be one.
pub fn check_phone(raw: &str) -> Result<Phone, Refused> {
    let text = fold(raw).to_uppercase();
    if text.is_empty() {
        return Err(Refused::new(
            "empty",
            said!("请填写电话号码" / "Please fill in the telephone number"),
        ));
    }
    if text.chars().count() > PHONE_CHARS_MAX {
        return Err(Refused::new(
            "too_long",
            said!(
                "电话号码过长，一栏只填一个号码"
                    / "Too long for a telephone number; one number a field"
            ),
        ));
    }
    if text.contains(['/', '、', ',', ';', '，', '；']) {
        return Err(Refused::new(
            "shape",
            said!("一栏只填一个电话号码" / "One telephone number a field"),
        ));
    }
    let (main, extension) = split_extension(&text)?;
    let main = without_country(&main);
    if let Some(found) = main
        .chars()
        .find(|c| !c.is_ascii_digit() && !" -().".contains(*c))
    {
        return Err(Refused::new(
            "character",
            said!("电话号码中不能有“{found}”" / "A telephone number cannot hold “{found}”"),
        ));
    }
    let digits: String = main.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return Err(Refused::new(
            "shape",
            said!("电话号码应为数字" / "A telephone number is made of digits"),
        ));
    }
    match (digits.as_bytes()[0], extension.is_empty()) {
        (b'0', _) => landline(&digits, extension),
        (b'1', true) if digits.len() > 6 => mobile(&digits),
        _ => service(&digits, extension),
    }
}

const PHONE_CHARS_MAX: usize = 40;
const EXTENSION_DIGITS_MAX: usize = 6;

/// The normal form, or the folded text where it is no number.
pub fn phone_normal(raw: &str) -> String {
    check_phone(raw).map_or_else(|_| fold(raw), |phone| phone.to_string())
}

/// `138****8000`; of landlines the last four digits are hidden.
pub fn mask_phone(raw: &str) -> String {
    match check_phone(raw) {
        Ok(phone) if phone.kind == PhoneKind::Mobile => masked_middle(&phone.number, 3, 4),
        Ok(phone) if phone.kind == PhoneKind::Landline => {
            let shown = phone.number.len().saturating_sub(4);
            format!("{}-{}****", phone.area, &phone.number[..shown])
        }
        Ok(phone) => phone.to_string(),
        Err(_) => masked_middle(&fold(raw), 0, 0)
            .chars()
            .map(|_| '*')
            .collect(),
    }
}

/// Parts the extension off: after 转, 分机, EXT, #, or as a third group of a hyphened landline.
fn split_extension(text: &str) -> Result<(String, String), Refused> {
    for sign in ["分机", "转", "EXT.", "EXT", "#", "*"] {
        if let Some((main, extension)) = text.split_once(sign) {
            let extension: String = extension
                .chars()
                .filter(|c| !" -.:()".contains(*c))
                .collect();
            let digits = extension.bytes().all(|b| b.is_ascii_digit());
            if extension.is_empty() || !digits || extension.len() > EXTENSION_DIGITS_MAX {
                let text = said!(
                    "分机号应为 1–{EXTENSION_DIGITS_MAX} 位数字"
                        / "An extension has 1–{EXTENSION_DIGITS_MAX} digits"
                );
                return Err(Refused::new("shape", text));
            }
            let main = main.trim_end_matches([' ', '-', '(']);
            return Ok((main.to_string(), extension));
        }
    }
    let groups: Vec<&str> = text.split('-').map(str::trim).collect();
    match groups.as_slice() {
        [area, number, extension]
            if area.starts_with('0')
                && number.len() >= 7
                && (1..=EXTENSION_DIGITS_MAX).contains(&extension.len())
                && extension.bytes().all(|b| b.is_ascii_digit()) =>
        {
            Ok((format!("{area}-{number}"), extension.to_string()))
        }
        _ => Ok((text.to_string(), String::new())),
    }
}

/// Without +86, and with the 0 of the area code that is dropped behind it.
fn without_country(main: &str) -> String {
    let bare = ["+86", "(+86)", "0086"]
        .iter()
        .find_map(|sign| main.strip_prefix(sign));
    let Some(bare) = bare else {
        return main.to_string();
    };
    let bare = bare.trim_start_matches([' ', '-']);
    if bare.starts_with(['0', '1', '(']) && !bare.starts_with("10") {
        bare.to_string()
    } else {
        format!("0{bare}")
    }
}

fn mobile(digits: &str) -> Result<Phone, Refused> {
    if digits.len() != 11 {
        return Err(Refused::new(
            "length",
            said!(
                "手机号码应为 11 位，现为 {} 位" / "A mobile number has 11 digits, not {}",
                digits.len()
            ),
        ));
    }
    if !('3'..='9').contains(&(digits.as_bytes()[1] as char)) {
        let text = said!(
            "没有以 {} 开头的手机号码" / "No mobile number begins with {}",
            &digits[..2]
        );
        return Err(Refused::new("unlisted", text));
    }
    Ok(phone(PhoneKind::Mobile, "", digits, String::new()))
}

fn landline(digits: &str, extension: String) -> Result<Phone, Refused> {
    // 010 and 02x have three digits, all others four.
    let area_digits = if digits.starts_with("010") || digits.starts_with("02") {
        3
    } else {
        4
    };
    if digits.len() <= area_digits {
        return Err(Refused::new(
            "length",
            said!(
                "固定电话缺少号码，应如 0571-82345678"
                    / "The number after the area code is missing, such as 0571-82345678"
            ),
        ));
    }
    let (area, number) = digits.split_at(area_digits);
    if area_digits == 4 && !('3'..='9').contains(&(digits.as_bytes()[1] as char)) {
        return Err(Refused::new(
            "unlisted",
            said!("没有区号 {area}" / "There is no area code {area}"),
        ));
    }
    if number.len() != 8 && (number.len() != 7 || area_digits == 3) {
        let want = if area_digits == 3 {
            Said::same("8")
        } else {
            said!("7 或 8" / "7 or 8")
        };
        let text = said!(
            "区号 {} 之后应为 {} 位号码，现为 {} 位"
                / "After the area code {} stand {} digits, not {}",
            area,
            want,
            number.len()
        );
        return Err(Refused::new("length", text));
    }
    if number.starts_with(['0', '1']) {
        let text = said!(
            "固定电话号码不会以 {} 开头" / "No landline number begins with {}",
            &number[..1]
        );
        return Err(Refused::new("character", text));
    }
    Ok(phone(PhoneKind::Landline, area, number, extension))
}

fn service(digits: &str, extension: String) -> Result<Phone, Refused> {
    let toll_free = digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"));
    let short = extension.is_empty()
        && match digits.len() {
            3 => digits.starts_with('1'),
            5 => digits.starts_with('1') || digits.starts_with('9'),
            6 | 8 => {
                digits.starts_with("95") || digits.starts_with("96") || digits.starts_with("1")
            }
            _ => false,
        };
    if toll_free || short {
        return Ok(phone(PhoneKind::Service, "", digits, extension));
    }
    if digits.len() == 7 || digits.len() == 8 {
        return Err(Refused::new(
            "shape",
            said!(
                "固定电话缺少区号，应如 0571-82345678"
                    / "The area code is missing, such as 0571-82345678"
            ),
        ));
    }
    let text = said!(
        "电话号码应为 11 位手机号码或带区号的固定电话，现为 {} 位数字"
            / "A telephone number is a mobile number of 11 digits or a landline with area code, not {} digits",
        digits.len()
    );
    Err(Refused::new("length", text))
}

fn phone(kind: PhoneKind, area: &str, number: &str, extension: String) -> Phone {
    Phone {
        kind,
        area: area.to_string(),
        number: number.to_string(),
        extension,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_meet_in_one_normal_form() {
        for (raw, normal) in [
            ("138 0013 8000", "13800138000"),
            ("+86-138-0013-8000", "13800138000"),
            ("１３８００１３８０００", "13800138000"),
            ("0571-82345678", "0571-82345678"),
            ("(0571)82345678", "0571-82345678"),
            ("（0571） 8234 5678", "0571-82345678"),
            ("+86 571 82345678", "0571-82345678"),
            ("+86 10 62345678", "010-62345678"),
            ("0086-0571-82345678", "0571-82345678"),
            ("0571-82345678-801", "0571-82345678-801"),
            ("0571-82345678转801", "0571-82345678-801"),
            ("0571-82345678（分机 801）", "0571-82345678-801"),
            ("057182345678 ext. 801", "0571-82345678-801"),
            ("010-62345678", "010-62345678"),
            ("0531-8234567", "0531-8234567"),
            ("400-800-1234", "4008001234"),
            ("12315", "12315"),
            ("96333", "96333"),
        ] {
            assert_eq!(
                check_phone(raw).map(|p| p.to_string()).as_deref(),
                Ok(normal),
                "{raw}"
            );
            assert_eq!(
                check_phone(normal).map(|p| p.to_string()).as_deref(),
                Ok(normal)
            );
        }
    }

    #[test]
    fn refusals_say_what_is_missing() {
        for (raw, code) in [
            ("", "empty"),
            ("1380013800", "length"),
            ("138001380000", "length"),
            ("12800138000", "unlisted"),
            ("82345678", "shape"),
            ("0571-823456", "length"),
            ("010-6234567", "length"),
            ("0171-82345678", "unlisted"),
            ("0571-02345678", "character"),
            ("0571", "length"),
            ("13800138000/13900139000", "shape"),
            ("0571-82345678转", "shape"),
            ("电话", "character"),
            ("--", "shape"),
            ("2", "length"),
        ] {
            assert_eq!(check_phone(raw).map_err(|r| r.code), Err(code), "{raw}");
        }
        assert_eq!(
            check_phone("82345678").unwrap_err().text.zh,
            "固定电话缺少区号，应如 0571-82345678"
        );
    }

    #[test]
    fn masks() {
        assert_eq!(mask_phone("13800138000"), "138****8000");
        assert_eq!(mask_phone("0571-82345678"), "0571-8234****");
        assert_eq!(mask_phone("12315"), "12315");
        assert_eq!(mask_phone("不详"), "**");
    }
}
