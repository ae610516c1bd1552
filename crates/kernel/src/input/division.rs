//! Codes of the divisions of China, as fine as the field asks.

use catalogue::{DivisionLevel, Label};
use expr::Value;
use speech::said;

use super::{No, World, half, no};

/// A division known to the house, given at the level the field wants.
pub(super) fn division(
    world: &dyn World,
    label: &Label,
    text: &str,
    level: DivisionLevel,
) -> Result<Value, No> {
    let code = half(text).replace(' ', "");
    // Twelve digits ending in 000 name the township itself (统计用区划代码).
    let code = match code.len() {
        12 if code.ends_with("000") => &code[..9],
        _ => code.as_str(),
    };
    let shaped = matches!(code.len(), 6 | 9 | 12) && code.bytes().all(|b| b.is_ascii_digit());
    if !shaped {
        return no(
            "division",
            said!(
                "“{}”请填 6、9 或 12 位区划代码" / "“{}” is a division code of 6, 9 or 12 digits",
                label
            ),
        );
    }
    if !world.lists().division_known(code) {
        return no(
            "division",
            said!(
                "“{}”没有区划 {code}，请核对；镇街须先由管理员导入"
                    / "“{}”: there is no division {code}; please check it (towns are imported by the administrator first)",
                label
            ),
        );
    }
    let fine = match level {
        DivisionLevel::Any => true,
        DivisionLevel::County => code.len() > 6 || !code.ends_with("00"),
        DivisionLevel::Town => code.len() >= 9,
    };
    match fine {
        true => Ok(Value::Text(code.to_owned())),
        false if level == DivisionLevel::Town => no(
            "division",
            said!(
                "“{}”请填到镇街（9 位代码）" / "“{}” names a town (9 digits)",
                label
            ),
        ),
        false => no(
            "division",
            said!("“{}”请填到县（市、区）" / "“{}” names a county", label),
        ),
    }
}
