//! Entries of choice lists, by name or by label, one or several.

use catalogue::{ChoiceList, Field, Label};
use expr::Value;
use speech::said;

use super::{No, Raw, half, no, short};

/// An entry by its name or by its label in either language.
pub(super) fn entry(list: &ChoiceList, label: &Label, text: &str) -> Result<Value, No> {
    let wanted = half(text);
    if list.entries.contains_key(wanted.as_str()) {
        return Ok(Value::Text(wanted));
    }
    let by_label = list.entries.iter().find(|(_, e)| {
        e.label.zh == text.trim() || e.label.en.as_deref().is_some_and(|en| en == text.trim())
    });
    match by_label {
        Some((name, _)) => Ok(Value::Text(name.clone())),
        None => no(
            "choice",
            said!(
                "“{}”没有“{}”这个选项" / "“{}” has no entry “{}”",
                label,
                short(text)
            ),
        ),
    }
}

pub(super) fn choices(list: &ChoiceList, field: &Field, raw: &Raw) -> Result<Value, No> {
    let label = &field.label;
    let texts: Vec<&str> = match raw {
        Raw::Null => Vec::new(),
        Raw::Text(text) | Raw::Number(text) => text
            .split(['|', '、', ';', '；', '，', ','])
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .collect(),
        Raw::Many(many) => {
            let mut texts = Vec::with_capacity(many.len());
            for raw in many {
                match raw {
                    Raw::Text(text) => texts.push(text.as_str()),
                    _ => {
                        return no(
                            "type",
                            said!("“{}”应是若干选项" / "“{}” takes several entries", label),
                        );
                    }
                }
            }
            texts.retain(|t| !t.trim().is_empty());
            texts
        }
        Raw::Bool(_) | Raw::Map(_) => {
            return no(
                "type",
                said!("“{}”应是若干选项" / "“{}” takes several entries", label),
            );
        }
    };
    let mut entries = Vec::with_capacity(texts.len());
    for text in texts {
        match entry(list, label, text)? {
            Value::Text(name) => entries.push(name),
            _ => {
                return no(
                    "choice",
                    said!(
                        "“{}”没有“{}”这个选项" / "“{}” has no entry “{}”",
                        label,
                        short(text)
                    ),
                );
            }
        }
    }
    if entries.is_empty() {
        Ok(Value::Null)
    } else {
        Ok(Value::set(entries))
    }
}
