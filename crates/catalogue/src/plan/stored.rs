//! The description of the tables as it lies beside the data, and how older ones are read.

use serde_json::Value;

use super::schema::Schema;

impl Schema {
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub fn from_json(text: &str) -> Result<Schema, serde_json::Error> {
        let mut stored: Value = serde_json::from_str(text)?;
        let tables = stored.get_mut("tables").and_then(Value::as_array_mut);
        tables.into_iter().flatten().for_each(without_hashes);
        serde_json::from_value(stored)
    }
}

/// Older descriptions name the keyed hashes as columns, with their indexes; no table ever had them.
fn without_hashes(table: &mut Value) {
    let mut gone: Vec<Value> = Vec::new();
    if let Some(columns) = table.get_mut("columns").and_then(Value::as_array_mut) {
        columns.retain(|column| {
            let kept = column["meaning"] != "sealed_hash";
            if !kept {
                gone.push(column["name"].clone());
            }
            kept
        });
    }
    if let Some(indexes) = table.get_mut("indexes").and_then(Value::as_array_mut) {
        let names_one = |columns: &Value| {
            let mut columns = columns.as_array().into_iter().flatten();
            columns.any(|column| gone.contains(column))
        };
        indexes.retain(|index| !names_one(&index["columns"]));
    }
}
