//! Sums of money as written in registers: `50万人民币`, `1,000.5万元`, `100万美元`, `伍拾万元整`.

mod han;
mod sum;

use std::fmt;

use speech::said;

use self::sum::Sum;
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
        return Err(Refused::new(
            "empty",
            said!("请填写金额" / "Please fill in the sum"),
        ));
    }
    if text.chars().count() > MONEY_CHARS_MAX {
        return Err(Refused::new(
            "too_long",
            said!("金额文字过长，一栏只填一笔金额" / "Too long for a sum; one sum a field"),
        ));
    }
    let mut sum = Sum::default();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        rest = sum.take(rest)?;
    }
    sum.finish()
}

const MONEY_CHARS_MAX: usize = 60;

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
