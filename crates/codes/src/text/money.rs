//! Sums of money as written in registers: `50万人民币`, `1,000.5万元`, `100万美元`, `伍拾万元整`.

use std::fmt;

use super::fold;
use crate::Refused;

/// A sum in hundredths of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// Hundredths of the unit: 分, cent. For currencies without decimals too.
    pub fen: i64,
    /// ISO 4217.
    pub currency: &'static str,
}

impl fmt::Display for Money {
    /// `500,000.00 CNY`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.fen.unsigned_abs();
        let units = (fen / 100).to_string();
        let mut grouped = String::new();
        for (i, digit) in units.chars().enumerate() {
            if i > 0 && (units.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.fen < 0 { "-" } else { "" };
        write!(f, "{sign}{grouped}.{:02} {}", fen % 100, self.currency)
    }
}

/// Reads one sum. Without a word for the currency it is 人民币.
pub fn parse_money(raw: &str) -> Result<Money, Refused> {
    let text: String = fold(raw)
        .to_uppercase()
        .chars()
        .filter(|c| !" ()〔〕【】:：".contains(*c))
        .collect();
    if text.is_empty() {
        return Err(Refused::new("empty", "请填写金额"));
    }
    if text.chars().count() > MONEY_CHARS_MAX {
        return Err(Refused::new("too_long", "金额文字过长，一栏只填一笔金额"));
    }
    let mut sum = Sum::default();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        rest = sum.take(rest)?;
    }
    sum.finish()
}

const MONEY_CHARS_MAX: usize = 60;
/// More digits than any sum has; keeps the arithmetic far from overflow.
const AMOUNT_DIGITS_MAX: usize = 18;

/// Words of currencies, longer ones before those they contain.
#[rustfmt::skip]
const CURRENCIES: &[(&str, &str)] = &[
    ("人民币", "CNY"), ("CNY", "CNY"), ("RMB", "CNY"), ("US$", "USD"), ("USD", "USD"),
    ("美元", "USD"), ("美金", "USD"), ("HK$", "HKD"), ("HKD", "HKD"), ("港元", "HKD"),
    ("港币", "HKD"), ("EUR", "EUR"), ("欧元", "EUR"), ("€", "EUR"), ("JPY", "JPY"),
    ("日元", "JPY"), ("日圆", "JPY"), ("日币", "JPY"), ("GBP", "GBP"), ("英镑", "GBP"),
    ("£", "GBP"), ("KRW", "KRW"), ("韩元", "KRW"), ("韩币", "KRW"), ("TWD", "TWD"),
    ("新台币", "TWD"), ("台币", "TWD"), ("MOP", "MOP"), ("澳门元", "MOP"), ("澳门币", "MOP"),
    ("SGD", "SGD"), ("新加坡元", "SGD"), ("AUD", "AUD"), ("澳大利亚元", "AUD"), ("澳元", "AUD"),
    ("CAD", "CAD"), ("加拿大元", "CAD"), ("加元", "CAD"), ("CHF", "CHF"), ("瑞士法郎", "CHF"),
    ("RUB", "RUB"), ("卢布", "RUB"), ("$", "USD"), ("¥", "CNY"),
];

/// Words around a sum that say nothing about it.
const FILLERS: &[&str] = &[
    "注册资金",
    "注册资本",
    "认缴",
    "实缴",
    "出资额",
    "资金",
    "资本",
    "金额",
    "合计",
    "共计",
    "大写",
    "小写",
    "为",
    "整",
    "正",
    "元",
    "圆",
];

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

/// What has been read so far.
#[derive(Default)]
struct Sum {
    /// In fen.
    total: i128,
    /// Unit of the last part: the next must be smaller, as in 1亿5000万.
    last_unit: Option<i128>,
    currency: Option<&'static str>,
}

impl Sum {
    /// Takes the next word and returns what is left.
    fn take<'a>(&mut self, text: &'a str) -> Result<&'a str, Refused> {
        if text.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return self.take_digits(text);
        }
        if text.starts_with(|c| han_digit(c).is_some() || c == '十' || c == '拾') {
            return self.take_han(text);
        }
        for (word, code) in CURRENCIES {
            if let Some(rest) = text.strip_prefix(word) {
                self.set_currency(code)?;
                return Ok(rest);
            }
        }
        if let Some(rest) = FILLERS.iter().find_map(|word| text.strip_prefix(word)) {
            return Ok(rest);
        }
        // `50元万` and `(万元)50`: a unit must follow its number.
        let first = text.chars().next().unwrap_or_default();
        Err(match first {
            '-' | '负' if self.last_unit.is_none() => Refused::new("amount", "金额不能为负数"),
            '-' | '~' | '至' | '到' => Refused::new("amount", "一栏只填一笔金额，不能填范围"),
            '角' | '分' => Refused::new("amount", "角、分请写成小数，如 5.30 元"),
            c if unit_of(c).is_some() => {
                Refused::new("shape", format!("单位“{c}”应紧跟在数字之后，如 50{c}元"))
            }
            c => Refused::new(
                "character",
                format!("金额中的“{c}”无法识别，请写成如 50万元 或 100万美元"),
            ),
        })
    }

    fn take_digits<'a>(&mut self, text: &'a str) -> Result<&'a str, Refused> {
        let is_number = |c: char| c.is_ascii_digit() || c == ',' || c == '.';
        let end = text.find(|c| !is_number(c)).unwrap_or(text.len());
        let (number, rest) = text.split_at(end);
        let (digits, decimals) = number_of(number)?;
        let (unit, rest) = take_unit(rest)?;
        let scaled = digits
            .checked_mul(unit)
            .and_then(|n| n.checked_mul(100))
            .ok_or_else(too_large)?;
        let divisor = 10_i128.pow(decimals);
        if scaled % divisor != 0 {
            return Err(Refused::new(
                "amount",
                format!("金额 {number} 的小数过多，最多精确到分"),
            ));
        }
        self.add(scaled / divisor, unit)?;
        Ok(rest)
    }

    fn take_han<'a>(&mut self, text: &'a str) -> Result<&'a str, Refused> {
        let is_part = |c: char| han_digit(c).is_some() || unit_of(c).is_some();
        let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
        let (number, rest) = text.split_at(end);
        let value = han_number(number).ok_or_else(|| {
            Refused::new(
                "shape",
                format!("中文数字“{number}”无法识别，请改用阿拉伯数字"),
            )
        })?;
        self.add(value.checked_mul(100).ok_or_else(too_large)?, 1)?;
        Ok(rest)
    }

    fn add(&mut self, fen: i128, unit: i128) -> Result<(), Refused> {
        if self.last_unit.is_some_and(|last| last <= unit) {
            return Err(Refused::new("amount", "有两个以上的数字，一栏只填一笔金额"));
        }
        self.last_unit = Some(unit);
        self.total = self.total.checked_add(fen).ok_or_else(too_large)?;
        Ok(())
    }

    fn set_currency(&mut self, code: &'static str) -> Result<(), Refused> {
        // The sign ¥ stands before 日元 as well.
        let yen = |a: &str, b: &str| a == "CNY" && b == "JPY";
        match self.currency {
            Some(before) if before != code && !yen(before, code) && !yen(code, before) => {
                let text = format!("出现了两种货币（{before} 和 {code}），一栏只填一笔金额");
                Err(Refused::new("amount", text))
            }
            Some("JPY") => Ok(()),
            _ => {
                self.currency = Some(code);
                Ok(())
            }
        }
    }

    fn finish(self) -> Result<Money, Refused> {
        if self.last_unit.is_none() {
            return Err(Refused::new("shape", "没有找到数字，请写成如 50万元"));
        }
        let fen = i64::try_from(self.total).map_err(|_| too_large())?;
        Ok(Money {
            fen,
            currency: self.currency.unwrap_or("CNY"),
        })
    }
}

fn too_large() -> Refused {
    Refused::new("amount", "金额过大，请核对单位")
}

/// Digits without point and commas, and how many of them are decimals.
fn number_of(text: &str) -> Result<(i128, u32), Refused> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let groups: Vec<&str> = whole.split(',').collect();
    let grouped = groups.len() == 1
        || (groups[1..].iter().all(|g| g.len() == 3) && (1..=3).contains(&groups[0].len()));
    let plain = decimals.bytes().all(|b| b.is_ascii_digit());
    let pointed = !text.contains('.') || !decimals.is_empty();
    if !grouped || !plain || !pointed || whole.is_empty() {
        let text = format!("数字“{text}”写法不对，千位分隔应如 1,000，小数应如 1000.50");
        return Err(Refused::new("shape", text));
    }
    let digits = format!("{}{decimals}", whole.replace(',', ""));
    if digits.len() > AMOUNT_DIGITS_MAX {
        return Err(too_large());
    }
    let places = u32::try_from(decimals.len()).unwrap_or_default();
    digits
        .parse()
        .map(|digits| (digits, places))
        .map_err(|_| too_large())
}

/// Units right after a number multiply: 千万 is 10,000,000.
fn take_unit(text: &str) -> Result<(i128, &str), Refused> {
    let mut unit: i128 = 1;
    let mut rest = text;
    while let Some((c, value)) = rest.chars().next().and_then(|c| Some((c, unit_of(c)?))) {
        unit = unit
            .checked_mul(value)
            .filter(|&u| u <= UNIT_MAX)
            .ok_or_else(too_large)?;
        rest = &rest[c.len_utf8()..];
    }
    Ok((unit, rest))
}

/// 万亿; larger ones are typing errors.
const UNIT_MAX: i128 = 1_000_000_000_000;

fn unit_of(c: char) -> Option<i128> {
    UNITS.iter().find(|unit| unit.0 == c).map(|unit| unit.1)
}

fn han_digit(c: char) -> Option<i128> {
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
fn han_number(text: &str) -> Option<i128> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_as_registers_write_them() {
        for (raw, fen, currency) in [
            ("50万人民币", 50_000_000, "CNY"),
            ("100万美元", 100_000_000, "USD"),
            ("1,000.5万元", 1_000_500_000, "CNY"),
            ("注册资金 50 万", 50_000_000, "CNY"),
            ("注册资本：人民币 50.00（万元）", 50_000_000, "CNY"),
            ("１００．５０元", 10_050, "CNY"),
            ("￥1,234.56", 123_456, "CNY"),
            ("¥1000日元", 100_000, "JPY"),
            ("HK$ 20万", 20_000_000, "HKD"),
            ("usd 3.5", 350, "USD"),
            ("5千万欧元", 5_000_000_000, "EUR"),
            ("1亿5000万元", 15_000_000_000, "CNY"),
            ("1.2亿日元", 12_000_000_000, "JPY"),
            ("0.0001万元", 100, "CNY"),
            ("伍拾万元整", 50_000_000, "CNY"),
            ("人民币壹佰伍拾万零伍佰元整", 150_050_000, "CNY"),
            ("三亿二千万", 32_000_000_000, "CNY"),
            ("十万元", 10_000_000, "CNY"),
            ("0", 0, "CNY"),
        ] {
            assert_eq!(parse_money(raw), Ok(Money { fen, currency }), "{raw}");
        }
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        for (raw, code) in [
            ("", "empty"),
            ("万元", "shape"),
            ("人民币", "shape"),
            ("-5万", "amount"),
            ("50-100万", "amount"),
            ("50万100万", "amount"),
            ("100万人民币美元", "amount"),
            ("1,00万", "shape"),
            ("1.2.3元", "shape"),
            ("5.元", "shape"),
            (".5万", "shape"),
            ("0.00001元", "amount"),
            ("5元3角", "amount"),
            ("50万头猪", "character"),
            ("9999999999999999亿", "amount"),
            ("1234567890123456789012", "amount"),
            ("一二三万", "shape"),
            ("亿", "shape"),
            ("1万万万亿", "amount"),
        ] {
            assert_eq!(parse_money(raw).map_err(|r| r.code), Err(code), "{raw}");
        }
        assert_eq!(parse_money(&"9".repeat(100)).unwrap_err().code, "too_long");
    }

    #[test]
    fn shown_with_groups() {
        let shown = |fen| {
            Money {
                fen,
                currency: "CNY",
            }
            .to_string()
        };
        assert_eq!(shown(50_000_000), "500,000.00 CNY");
        assert_eq!(shown(5), "0.05 CNY");
        assert_eq!(shown(-123_456), "-1,234.56 CNY");
        assert_eq!(shown(i64::MIN), "-92,233,720,368,547,758.08 CNY");
    }
}
