//! Where a rule takes its text from: exactly one of a column, columns, a constant, a look-up.

use kernel::{Catalogue, Field, Kind};
use speech::{Said, said};

use crate::import::mapping::settings::{field_named, is_indexed};
use crate::import::mapping::{From, Named};
use crate::import::spots::{Data, Sheet, Spot, Table};

/// Exactly one source.
pub(super) fn from(
    sheet: &mut Sheet<'_>,
    catalogue: &Catalogue,
    field: Option<&Field>,
    table: &Table,
    spot: Spot,
) -> Option<From> {
    let given: Vec<&str> = ["column", "columns", "constant", "lookup"]
        .into_iter()
        .filter(|key| table.get(key).is_some())
        .collect();
    let [one] = given.as_slice() else {
        let message = match given.as_slice() {
            [] => said!(
                "要写明来源：column、columns、constant、lookup 四者之一"
                    / "name the source: one of column, columns, constant, lookup"
            ),
            several => said!(
                "来源只能写一个，这里有 {}" / "name one source only, not {}",
                Said::list(several)
            ),
        };
        sheet.fault(spot, message);
        return None;
    };
    for (key, owner) in [("join", "columns"), ("by", "lookup")] {
        if let Some(node) = table.get(key).filter(|_| *one != owner) {
            sheet.fault(
                node.spot,
                said!("“{key}”只能与 {owner} 一同使用" / "“{key}” goes with {owner} only"),
            );
        }
    }
    match *one {
        "column" => {
            let (name, spot) = sheet.text_of(table, "column")?;
            Some(From::Column(Named { name, spot }))
        }
        "columns" => {
            let names = sheet.texts_of(table, "columns")?;
            let join = sheet
                .text_of(table, "join")
                .map_or_else(|| " ".to_owned(), |(join, _)| join);
            let columns = names
                .into_iter()
                .map(|(name, spot)| Named { name, spot })
                .collect();
            Some(From::Columns { columns, join })
        }
        "constant" => {
            let node = table.get("constant")?;
            let text = match &node.data {
                Data::Text(text) | Data::Int(text) => text.clone(),
                Data::Bool(yes) => yes.to_string(),
                other => {
                    sheet.shape(node.spot, "constant", said!("文字" / "a text"), other);
                    return None;
                }
            };
            Some(From::Constant {
                text,
                spot: node.spot,
            })
        }
        _ => {
            let (name, spot) = sheet.text_of(table, "lookup")?;
            let Some(Kind::Ref { to }) = field.map(|field| &field.kind) else {
                sheet.fault(
                    spot,
                    said!(
                        "lookup 只用于指向其他登记簿的字段"
                            / "lookup is for fields that point at other registers"
                    ),
                );
                return None;
            };
            let target = catalogue.at(*to);
            let by = match sheet.text_of(table, "by") {
                Some((by, at)) => {
                    let ix = field_named(sheet, target, &by, at)?;
                    if !is_indexed(target, &[ix]) {
                        sheet.fault(
                            at,
                            said!(
                                "{}的“{by}”没有索引，不能按它查找"
                                    / "“{by}” of {} has no index and cannot be looked up by",
                                target.title
                            ),
                        );
                    }
                    Some(ix)
                }
                None => None,
            };
            Some(From::Lookup {
                column: Named { name, spot },
                by,
            })
        }
    }
}
