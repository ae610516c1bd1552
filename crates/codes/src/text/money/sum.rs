//! A sum as it is read word by word.

use speech::said;

use super::Money;
use super::han::{UNIT_MAX, han_digit, han_number, unit_of};
use crate::Refused;

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

/// What has been read so far.
#[derive(Default)]
pub(super) struct Sum {
    /// In fen.
    total: i128,
    /// Unit of the last part: the next must be smaller, as in 1亿5000万.
    last_unit: Option<i128>,
    currency: Option<&'static str>,
}

impl Sum {
    /// Takes the next word and returns what is left.
    pub(super) fn take<'a>(&mut self, text: &'a str) -> Result<&'a str, Refused> {
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
            '-' | '负' if self.last_unit.is_none() => Refused::new(
                "amount",
                said!("金额不能为负数" / "A sum cannot be negative"),
            ),
            '-' | '~' | '至' | '到' => Refused::new(
                "amount",
                said!("一栏只填一笔金额，不能填范围" / "One sum a field, not a range"),
            ),
            '角' | '分' => Refused::new(
                "amount",
                said!(
                    "角、分请写成小数，如 5.30 元"
                        / "Please write parts of a yuan as decimals, such as 5.30"
                ),
            ),
            c if unit_of(c).is_some() => Refused::new(
                "shape",
                said!(
                    "单位“{c}”应紧跟在数字之后，如 {}"
                        / "The unit “{c}” must follow a number, such as {}",
                    format_args!("50{c}元")
                ),
            ),
            c => Refused::new(
                "character",
                said!(
                    "金额中的“{c}”无法识别，请写成如 {} 或 {}"
                        / "“{c}” is not understood in a sum; write it like {} or {}",
                    "50万元",
                    "100万美元"
                ),
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
                said!(
                    "金额 {number} 的小数过多，最多精确到分"
                        / "The sum {number} has too many decimals; at most two"
                ),
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
                said!(
                    "中文数字“{number}”无法识别，请改用阿拉伯数字"
                        / "The number “{number}” is not understood; please use digits"
                ),
            )
        })?;
        self.add(value.checked_mul(100).ok_or_else(too_large)?, 1)?;
        Ok(rest)
    }

    fn add(&mut self, fen: i128, unit: i128) -> Result<(), Refused> {
        if self.last_unit.is_some_and(|last| last <= unit) {
            return Err(Refused::new(
                "amount",
                said!(
                    "有两个以上的数字，一栏只填一笔金额"
                        / "There are several numbers; one sum a field"
                ),
            ));
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
                let text = said!(
                    "出现了两种货币（{before} 和 {code}），一栏只填一笔金额"
                        / "There are two currencies ({before} and {code}); one sum a field"
                );
                Err(Refused::new("amount", text))
            }
            Some("JPY") => Ok(()),
            _ => {
                self.currency = Some(code);
                Ok(())
            }
        }
    }

    pub(super) fn finish(self) -> Result<Money, Refused> {
        if self.last_unit.is_none() {
            return Err(Refused::new(
                "shape",
                said!(
                    "没有找到数字，请写成如 {}" / "No number was found; write it like {}",
                    "50万元"
                ),
            ));
        }
        let fen = i64::try_from(self.total).map_err(|_| too_large())?;
        Ok(Money {
            fen,
            currency: self.currency.unwrap_or("CNY"),
        })
    }
}

fn too_large() -> Refused {
    Refused::new(
        "amount",
        said!("金额过大，请核对单位" / "The sum is too large; please check the unit"),
    )
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
        let text = said!(
            "数字“{text}”写法不对，千位分隔应如 1,000，小数应如 1000.50"
                / "“{text}” is not a well-written number; such as 1,000 or 1000.50"
        );
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
