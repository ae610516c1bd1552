//! What a writer knows of one record, how it is sent, and how it must look when it is read.

use serde_json::{Value, json};

use super::journal::Line;

/// The register on which the harness works: text, a personal value, files, states both ways.
pub const REGISTER: &str = "registry.institution";
/// Its table, for the look from outside.
pub const TABLE: &str = "registry__institution";
/// Who may do all of it.
pub const ROLE: &str = "section_head";

/// A record as it is after one act.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its number on paper, by which it is found when no id was answered.
    pub tag: String,
    pub id: Option<String>,
    pub version: i64,
    pub state: String,
    pub name: String,
    pub scope: String,
    /// A personal value: sealed in the store, masked when read.
    pub head: String,
    /// Hashes of attached files, in order.
    pub files: Vec<String>,
}

impl Record {
    pub fn new(tag: &str, word: u64) -> Record {
        Record {
            tag: tag.to_owned(),
            id: None,
            version: 1,
            state: "valid".to_owned(),
            name: format!("崩溃检验机构{tag}"),
            scope: format!("核准项目 {word:016x}"),
            head: format!("张{tag}"),
            files: Vec::new(),
        }
    }

    /// Body of the request that makes it.
    pub fn made(&self) -> Value {
        json!({"fields": {
            "name": self.name, "notice_no": self.tag, "kinds": ["inspection"],
            "scope": self.scope, "head": self.head, "division": "330109",
        }})
    }

    /// What differs between this and the record as it was read; nothing when all agrees.
    pub fn differences(&self, read: &Value) -> Vec<String> {
        let fields = &read["fields"];
        let files: Vec<&str> = fields["files"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|f| f["hash"].as_str())
            .collect();
        let mut said = Vec::new();
        let mut same = |name: &str, is: &Value, should: Value| {
            if *is != should {
                said.push(format!("{name} is {is} instead of {should}"));
            }
        };
        same("version", &read["version"], json!(self.version));
        same("state", &read["state"], json!(self.state));
        same("name", &fields["name"], json!(self.name));
        same("notice_no", &fields["notice_no"], json!(self.tag));
        same("scope", &fields["scope"], json!(self.scope));
        same("kinds", &fields["kinds"], json!(["inspection"]));
        same("files", &json!(files), json!(self.files));
        if fields["head"]["masked"].as_str().is_none_or(str::is_empty) {
            said.push(format!(
                "head is {} instead of a masked name",
                fields["head"]
            ));
        }
        said
    }
}

impl Line for Record {
    fn tag(&self) -> &str {
        &self.tag
    }

    fn line(&self) -> Value {
        json!({
            "tag": self.tag, "id": self.id, "version": self.version, "state": self.state,
            "name": self.name, "scope": self.scope, "head": self.head, "files": self.files,
        })
    }

    fn of_line(line: &Value) -> Option<Record> {
        let text = |name: &str| line[name].as_str().map(str::to_owned);
        let files = line["files"].as_array()?.iter();
        Some(Record {
            tag: text("tag")?,
            id: text("id"),
            version: line["version"].as_i64()?,
            state: text("state")?,
            name: text("name")?,
            scope: text("scope")?,
            head: text("head")?,
            files: files
                .filter_map(|hash| hash.as_str().map(str::to_owned))
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(record: &Record) -> Value {
        json!({"id": "x", "version": record.version, "state": record.state, "fields": {
            "name": record.name, "notice_no": record.tag, "scope": record.scope,
            "kinds": ["inspection"], "head": {"masked": "张**"},
            "files": record.files.iter().map(|h| json!({"hash": h})).collect::<Vec<_>>(),
        }})
    }

    #[test]
    fn a_line_gives_the_record_back() {
        let mut record = Record::new("W1-000002", 7);
        record.id = Some("0000000000001".to_owned());
        record.files = vec!["ab".to_owned()];
        assert_eq!(Record::of_line(&record.line()), Some(record));
    }

    #[test]
    fn every_difference_is_told() {
        let record = Record::new("W1-000002", 7);
        assert!(record.differences(&read(&record)).is_empty());
        let other = Record {
            version: 2,
            scope: "x".to_owned(),
            ..record.clone()
        };
        assert_eq!(record.differences(&read(&other)).len(), 2);
        let more = Record {
            files: vec!["ab".to_owned()],
            ..record.clone()
        };
        assert_eq!(record.differences(&read(&more)).len(), 1);
        let mut bare = read(&record);
        bare["fields"]["head"] = Value::Null;
        assert_eq!(record.differences(&bare).len(), 1);
    }
}
