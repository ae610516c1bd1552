//! Which changes of a column's meaning keep every value, and how.

use expr::Dec;

use super::schema::Meaning;

/// How stored values become values of the wider type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convert {
    /// They are right as they stand.
    Keep,
    /// Whole numbers times this.
    Times(i64),
    /// Numbers written out as text with so many decimal places.
    NumberToText { scale: u8 },
    /// `a` becomes `|a|`.
    EntryToSet,
}

/// Only widening: every value that can be there has exactly one value of the new type.
pub(super) fn convert(old: &Meaning, new: &Meaning) -> Result<Convert, &'static str> {
    use Meaning::{Choice, Choices, Date, Decimal, Division, Integer, Money, Sealed, Text};
    let power = |places: u8| Dec::new(1, 0).rescale(places).map_or(1, |dec| dec.mantissa);
    match (old, new) {
        (a, b) if a == b => Ok(Convert::Keep),
        (Integer, Decimal { scale }) => Ok(Convert::Times(power(*scale))),
        (Decimal { scale: a }, Decimal { scale: b }) if b > a => Ok(Convert::Times(power(b - a))),
        (Decimal { .. }, Decimal { .. }) => Err("小数位会丢失"),
        (Money, Decimal { scale }) if *scale >= 2 => Ok(Convert::Times(power(scale - 2))),
        (Integer, Text) => Ok(Convert::NumberToText { scale: 0 }),
        (Decimal { scale }, Text) => Ok(Convert::NumberToText { scale: *scale }),
        (Money, Text) => Ok(Convert::NumberToText { scale: 2 }),
        (Choice { .. } | Date | Division, Text) => Ok(Convert::Keep),
        (Choice { list: a }, Choices { list: b }) if a == b => Ok(Convert::EntryToSet),
        (Choice { .. } | Choices { .. }, Choice { .. } | Choices { .. }) => {
            Err("原有的选项在新表中可能不存在")
        }
        (Sealed, _) => Err("已加密的内容不能转为明文"),
        (_, Sealed) => Err("历史中已有明文，不能只改现值"),
        _ => Err("原有内容无法逐一对应"),
    }
}
