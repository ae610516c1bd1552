//! Child rows: every column fits, and what is needed is there.

use catalogue::{Catalogue, Field};
use kernel::{Blame, Raw};
use speech::said;

use super::{always_needed, is_id, no, one, sendable, short};

pub(super) fn child_rows(
    catalogue: &Catalogue,
    field: &Field,
    (columns, max): (&[Field], usize),
    rows: Vec<Raw>,
) -> Result<Raw, Vec<Blame>> {
    if rows.is_empty() && always_needed(field) {
        let message = said!("请填写“{}”" / "Please fill in “{}”", field.label);
        return Err(vec![Blame::at(&field.name, "required", message)]);
    }
    if rows.len() > max {
        let message = said!(
            "“{}”最多 {max} 行" / "“{}” has at most {max} rows",
            field.label
        );
        return Err(vec![Blame::at(&field.name, "length", message)]);
    }
    let mut blames = Vec::new();
    let mut fitted = Vec::with_capacity(rows.len());
    for (at, raw) in rows.into_iter().enumerate() {
        let place = format!("{}/{at}", field.name);
        let Raw::Map(cells) = raw else {
            blames.push(Blame::at(
                &place,
                "type",
                said!("第 {} 行应是对象" / "Row {} should be an object", at + 1),
            ));
            continue;
        };
        for column in columns.iter().filter(|c| always_needed(c) && sendable(c)) {
            let given = cells
                .iter()
                .any(|(name, raw)| *name == column.name && *raw != Raw::Null);
            if !given {
                let message = said!(
                    "第 {} 行请填写“{}”" / "Row {}: please fill in “{}”",
                    at + 1,
                    column.label
                );
                blames.push(Blame::at(
                    &format!("{place}/{}", column.name),
                    "required",
                    message,
                ));
            }
        }
        let mut row = Vec::with_capacity(cells.len());
        for (name, raw) in cells {
            let spot = format!("{place}/{}", crate::json::escaped(&name));
            let column = columns.iter().find(|c| c.name == name && sendable(c));
            let fit = match (name.as_str(), column, raw) {
                ("id", _, Raw::Text(text)) if is_id(&text) => Ok(Raw::Text(text)),
                ("id", _, _) => no(
                    "type",
                    said!("行的 id 应是 13 位编号" / "The id of a row should have 13 characters"),
                ),
                (_, Some(column), raw) => one(catalogue, column, raw),
                (name, None, _) => no(
                    "unknown",
                    said!("没有“{}”这一栏" / "There is no column “{}”", short(name)),
                ),
            };
            match fit {
                Ok(raw) => row.push((name, raw)),
                Err((code, message)) => {
                    let message = said!("第 {} 行：{}" / "Row {}: {}", at + 1, message);
                    blames.push(Blame::at(&spot, code, message));
                }
            }
        }
        fitted.push(Raw::Map(row));
    }
    if blames.is_empty() {
        Ok(Raw::Many(fitted))
    } else {
        Err(blames)
    }
}
