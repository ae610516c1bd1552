//! Codes of special equipment: catalogue, device code, registration code, use certificate, licence (TSG).

mod certificate;
mod device;
mod licence;

use std::sync::OnceLock;

use crate::provinces;

pub(crate) use self::certificate::{USE_CERT_KINDS, use_cert};
pub(crate) use self::device::{device_code, reg_code};
pub(crate) use self::licence::ts;

/// One entry of the 特种设备目录.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EquipmentKind {
    /// Four characters: 种类 `x000`, 类别 `xx00`, 品种 `xxx0`.
    pub code: &'static str,
    pub name: &'static str,
    /// Whether the entry stands only in the catalogues of 2004 and 2010.
    pub legacy: bool,
}

/// The catalogue by code: 公告 2014 年第 114 号 first, then codes of earlier catalogues.
pub fn kinds() -> &'static [EquipmentKind] {
    static KINDS: OnceLock<Vec<EquipmentKind>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let lines = include_str!("../data/equipment.tsv").lines().skip(2);
        lines
            .filter_map(|line| {
                let mut cells = line.split('\t');
                let (code, name, list) = (cells.next()?, cells.next()?, cells.next()?);
                Some(EquipmentKind {
                    code,
                    name,
                    legacy: list == "legacy",
                })
            })
            .collect()
    })
}

/// The entry of the present catalogue.
pub fn kind_of(code: &str) -> Option<&'static EquipmentKind> {
    kinds()
        .iter()
        .find(|kind| kind.code == code && !kind.legacy)
}

/// The entry of the present catalogue or, failing that, of an earlier one.
///
/// The earlier ones are known in part only, so that absence proves nothing.
pub fn kind_ever(code: &str) -> Option<&'static EquipmentKind> {
    kinds().iter().find(|kind| kind.code == code)
}

/// `10` for the national authority, else a province.
fn is_licensing_region(two: &str) -> bool {
    two == "10" || provinces::of_code(two).is_some_and(|p| p.cma.is_some())
}

fn is_class(c: char) -> bool {
    ('1'..='9').contains(&c) || c == 'F'
}

#[cfg(test)]
const TODAY: crate::Day = crate::Day {
    year: 2026,
    month: 11,
    day: 21,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_read_wholly() {
        let lines = include_str!("../data/equipment.tsv").lines().count() - 2;
        assert_eq!(kinds().len(), lines);
        assert_eq!(kind_of("3110").map(|k| k.name), Some("曳引驱动乘客电梯"));
        assert_eq!(kind_of("3200").map(|k| k.name), Some("液压驱动电梯"));
        assert!(kind_of("3500").is_none() && kind_ever("3500").is_some());
        for kind in kinds() {
            assert_eq!(kind.code.len(), 4, "{}", kind.code);
            assert!(kind.code.starts_with(is_class) && !kind.name.is_empty());
        }
    }
}
