//! The lines of `jinzhi ledger export`: one JSON object with one key per line, so that an outsider
//! can check a whole ledger without our database (`docs/ledger.md`).
//!
//! Order: [`title`] once; then for each leaf its entries and the leaf; then the signed heads; then
//! [`head`] once, which also says that the file was not cut short.

use crate::{EntryRef, Frontier, Hash, to_hex};

/// First line: whose ledger this is and when it was written out.
pub fn title(node: u64, at: i64) -> String {
    format!("{{\"export\":{{\"format\":1,\"node\":{node},\"at\":{at}}}}}\n")
}

/// A history entry; the body travels as a string, because its very bytes are hashed.
pub fn entry(entry: &EntryRef<'_>) -> String {
    format!(
        "{{\"entry\":{{\"seq\":{},\"tab\":{},\"rec\":{},\"version\":{},\"at\":{},\"actor\":{},\"act\":{},\"def\":{},\"body\":{}}}}}\n",
        entry.seq,
        quoted(entry.tab),
        entry.rec,
        entry.version,
        entry.at,
        entry.actor,
        quoted(entry.act),
        quoted(entry.def),
        quoted(entry.body),
    )
}

/// A ledger line.
pub fn leaf(leaf: i64, first: i64, count: i64, hash: &Hash) -> String {
    format!(
        "{{\"leaf\":{{\"leaf\":{leaf},\"first\":{first},\"count\":{count},\"hash\":\"{}\"}}}}\n",
        to_hex(hash)
    )
}

/// A signed head as it is kept.
pub fn signed(size: i64, note: &str) -> String {
    format!(
        "{{\"signed\":{{\"size\":{size},\"note\":{}}}}}\n",
        quoted(note)
    )
}

/// Last line: where the ledger stands; `history` is the next sequence number.
pub fn head(history: i64, frontier: &Frontier) -> String {
    format!(
        "{{\"head\":{{\"leaf\":{},\"history\":{history},\"frontier\":\"{}\"}}}}\n",
        frontier.size(),
        to_hex(&frontier.to_bytes())
    )
}

/// A JSON string; only what JSON requires is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_json_objects_with_one_key() {
        assert_eq!(
            title(5, 9),
            "{\"export\":{\"format\":1,\"node\":5,\"at\":9}}\n"
        );
        let line = entry(&EntryRef {
            seq: 1,
            tab: "t",
            rec: 2,
            version: 3,
            at: 4,
            actor: 5,
            act: "edit",
            def: "",
            body: r#"{"set":{"a":"甲\n\\"}}"#,
        });
        assert_eq!(
            line,
            r#"{"entry":{"seq":1,"tab":"t","rec":2,"version":3,"at":4,"actor":5,"act":"edit","def":"","body":"{\"set\":{\"a\":\"甲\\n\\\\\"}}"}}"#
                .to_owned()
                + "\n"
        );
        assert_eq!(
            leaf(0, 1, 2, &[0xab; 32]),
            format!(
                "{{\"leaf\":{{\"leaf\":0,\"first\":1,\"count\":2,\"hash\":\"{}\"}}}}\n",
                "ab".repeat(32)
            )
        );
        assert_eq!(
            signed(1, "a\nb\n"),
            "{\"signed\":{\"size\":1,\"note\":\"a\\nb\\n\"}}\n"
        );
        let mut frontier = Frontier::new();
        frontier.append([1; 32]);
        assert_eq!(
            head(3, &frontier),
            format!(
                "{{\"head\":{{\"leaf\":1,\"history\":3,\"frontier\":\"{}\"}}}}\n",
                "01".repeat(32)
            )
        );
    }

    #[test]
    fn control_characters_stay_on_the_line() {
        assert_eq!(
            quoted("\u{0}\t\r\n\u{1f}\u{7f}"),
            "\"\\u0000\\t\\r\\n\\u001f\u{7f}\""
        );
    }
}
