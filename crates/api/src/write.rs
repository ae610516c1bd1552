//! JSON as it is sent by us, written straight into text: no tree is built for a list of records.

use std::fmt::Write as _;

use app::{Changed, Count, FieldChange, HistoryView, Hit, Named, Names, RecordView, Saved, Seen};
use kernel::{
    Blame, Catalogue, Colour, Datum, Dec, Field, FileRef, Id, Kind, Moment, Register, RowData,
    Value,
};
use speech::Lang;

/// Text in quotes, escaped as RFC 8259 asks.
pub fn quoted(out: &mut String, text: &str) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..=0x1f => {
                out.push_str(&text[from..at]);
                // Writing into a String cannot fail.
                let _ = write!(out, "\\u{byte:04x}");
                from = at + 1;
                continue;
            }
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(escape);
        from = at + 1;
    }
    out.push_str(&text[from..]);
    out.push('"');
}

pub fn whole(out: &mut String, number: i64) {
    let _ = write!(out, "{number}");
}

pub fn count_of(out: &mut String, number: u64) {
    let _ = write!(out, "{number}");
}

/// Something whose text needs no escaping, in quotes.
fn plain(out: &mut String, text: impl std::fmt::Display) {
    let _ = write!(out, "\"{text}\"");
}

pub fn moment(out: &mut String, moment: Moment) {
    plain(out, moment);
}

fn key(out: &mut String, name: &str) {
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
}

/// `,` between members, nothing before the first.
fn comma(out: &mut String) {
    if !out.ends_with(['{', '[']) {
        out.push(',');
    }
}

/// `"name":` with a comma before it where one is due.
pub fn member(out: &mut String, name: &str) {
    comma(out);
    key(out, name);
}

/// A member of text.
pub fn text_member(out: &mut String, name: &str, text: &str) {
    member(out, name);
    quoted(out, text);
}

pub fn array<T>(
    out: &mut String,
    items: impl IntoIterator<Item = T>,
    mut one: impl FnMut(&mut String, T),
) {
    out.push('[');
    for item in items {
        comma(out);
        one(out, item);
    }
    out.push(']');
}

/// A record with the names it refers to.
pub fn record(catalogue: &Catalogue, view: &RecordView, names: &Names) -> String {
    let mut out = String::with_capacity(2_048);
    row(&mut out, catalogue, view);
    out.pop();
    member(&mut out, "names");
    write_names(&mut out, catalogue, names);
    out.push('}');
    out
}

/// A record of a list; names stand once beside all of them.
pub fn row(out: &mut String, catalogue: &Catalogue, view: &RecordView) {
    let def = catalogue.at(view.register);
    out.push_str("{\"id\":");
    plain(out, view.id);
    out.push_str(",\"version\":");
    whole(out, view.version);
    out.push_str(",\"state\":");
    match view.state {
        Some(state) => quoted(out, &def.states[state.0].name),
        None => out.push_str("null"),
    }
    out.push_str(",\"created_at\":");
    moment(out, view.created_at);
    out.push_str(",\"changed_at\":");
    moment(out, view.changed_at);
    out.push_str(",\"shown\":");
    quoted(out, &view.shown);
    out.push_str(",\"colour\":");
    colour(out, view.colour.as_ref());
    out.push_str(",\"fields\":{");
    for field in &view.fields {
        let def = def.get(field.ix);
        member(out, &def.name);
        seen(out, def, &field.seen);
    }
    out.push_str("}}");
}

fn colour(out: &mut String, colour: Option<&Colour>) {
    let Some(colour) = colour else {
        return out.push_str("null");
    };
    out.push_str("{\"grade\":\"");
    out.push_str(colour.grade.word());
    out.push_str("\",\"message\":");
    match &colour.message {
        Some(message) => quoted(out, message),
        None => out.push_str("null"),
    }
    out.push('}');
}

pub fn write_names(out: &mut String, catalogue: &Catalogue, names: &Names) {
    out.push('{');
    // In a fixed order, so that the same answer is the same text.
    let mut sorted: Vec<(&Id, &Named)> = names.iter().collect();
    sorted.sort_unstable_by_key(|(id, _)| id.0);
    for (id, named) in sorted {
        comma(out);
        plain(out, id);
        out.push_str(":{\"register\":");
        quoted(out, &catalogue.at(named.register).name);
        out.push_str(",\"shown\":");
        quoted(out, &named.shown);
        out.push('}');
    }
    out.push('}');
}

fn seen(out: &mut String, field: &Field, seen: &Seen) {
    match seen {
        Seen::Masked(text) if text.is_empty() => out.push_str("null"),
        Seen::Masked(text) => masked(out, text),
        Seen::Erased | Seen::Plain(Datum::Erased) => out.push_str("{\"erased\":true}"),
        Seen::Plain(Datum::One(value)) => one(out, &field.kind, value),
        Seen::Plain(Datum::Rows(rows)) => child_rows(out, &field.kind, rows),
        Seen::Plain(Datum::Files(files)) => array(out, files, file),
        Seen::Plain(Datum::Draw(_)) => out.push_str("null"),
    }
}

fn masked(out: &mut String, text: &str) {
    out.push_str("{\"masked\":");
    quoted(out, text);
    out.push('}');
}

/// One value: decimals and money as text, so that no reader rounds them.
pub fn one(out: &mut String, kind: &Kind, value: &Value) {
    match (kind, value) {
        (_, Value::Null) => out.push_str("null"),
        (_, Value::Bool(yes)) => out.push_str(if *yes { "true" } else { "false" }),
        (Kind::Money { .. }, Value::Int(fen)) => plain(out, Dec::new(*fen, 2)),
        (_, Value::Int(number)) => whole(out, *number),
        (_, Value::Dec(dec)) => plain(out, dec),
        (_, Value::Text(text)) => quoted(out, text),
        (_, Value::Set(entries)) => array(out, entries, |out, entry| quoted(out, entry)),
        (_, Value::Date(date)) => plain(out, date),
        (_, Value::Moment(at)) => moment(out, *at),
        (_, Value::Id(id)) => plain(out, id),
        (_, Value::Point(point)) => {
            let (lat, lon) = (
                Dec::new(i64::from(point.lat_e6), 6),
                Dec::new(i64::from(point.lon_e6), 6),
            );
            let _ = write!(out, "{{\"lat\":{lat},\"lon\":{lon}}}");
        }
    }
}

fn child_rows(out: &mut String, kind: &Kind, rows: &[RowData]) {
    let Kind::Rows { fields, .. } = kind else {
        return out.push_str("[]");
    };
    array(out, rows, |out, row| {
        out.push_str("{\"id\":");
        match row.id {
            Some(id) => plain(out, id),
            None => out.push_str("null"),
        }
        for (column, value) in fields.iter().zip(&row.values).filter(|(c, _)| !c.secret) {
            member(out, &column.name);
            match column.personal && *value != Value::Null {
                true => masked(out, &kernel::masked(column, value)),
                false => one(out, &column.kind, value),
            }
        }
        out.push('}');
    });
}

pub fn file(out: &mut String, file: &FileRef) {
    out.push('{');
    text_member(out, "hash", &file.hash);
    text_member(out, "name", &file.name);
    member(out, "bytes");
    whole(out, i64::try_from(file.bytes).unwrap_or(i64::MAX));
    text_member(out, "mime", &file.mime);
    out.push('}');
}

pub fn count(out: &mut String, count: Count) {
    let (word, number) = match count {
        Count::Exactly(n) => ("exactly", n),
        Count::MoreThan(n) => ("more_than", n),
    };
    let _ = write!(out, "{{\"{word}\":{number}}}");
}

/// What a successful change answers.
pub fn saved(saved: &Saved, beside: &[&str], lang: Lang) -> String {
    let mut out = String::with_capacity(128);
    out.push_str("{\"id\":");
    plain(&mut out, saved.id);
    out.push_str(",\"version\":");
    whole(&mut out, saved.version);
    out.push_str(",\"warnings\":");
    array(&mut out, &saved.warnings, |out, blame| {
        warning(out, blame, beside, lang)
    });
    out.push('}');
    out
}

fn warning(out: &mut String, blame: &Blame, beside: &[&str], lang: Lang) {
    let inside = !beside.contains(&blame.pointer.trim_start_matches('/'));
    let pointer = if inside {
        format!("/fields{}", blame.pointer)
    } else {
        blame.pointer.clone()
    };
    out.push('{');
    text_member(out, "pointer", pointer.trim_end_matches('/'));
    text_member(out, "code", blame.code);
    text_member(out, "detail", blame.message.get(lang));
    out.push('}');
}

/// A text, or null.
pub fn maybe_member(out: &mut String, name: &str, text: Option<&str>) {
    member(out, name);
    match text {
        Some(text) => quoted(out, text),
        None => out.push_str("null"),
    }
}

pub fn history_entry(out: &mut String, def: &Register, entry: &HistoryView) {
    out.push_str("{\"seq\":");
    whole(out, entry.seq);
    out.push_str(",\"version\":");
    whole(out, entry.version);
    out.push_str(",\"at\":");
    moment(out, entry.at);
    text_member(out, "who", &entry.who);
    text_member(out, "who_name", &entry.who_name);
    member(out, "one_person");
    out.push_str(if entry.one_person { "true" } else { "false" });
    text_member(out, "act", &entry.act);
    maybe_member(out, "post", entry.post.as_deref());
    maybe_member(out, "reason", entry.reason.as_deref());
    member(out, "changes");
    array(out, &entry.changes, |out, change| {
        one_change(out, def, change)
    });
    out.push('}');
}

fn one_change(out: &mut String, def: &Register, change: &FieldChange) {
    match change.what {
        Changed::State => {
            let state = |out: &mut String, side: &Seen| match side {
                Seen::Plain(Datum::One(Value::Text(name))) => quoted(out, name),
                _ => out.push_str("null"),
            };
            out.push_str("{\"field\":\"state\",\"was\":");
            state(out, &change.was);
            out.push_str(",\"now\":");
            state(out, &change.now);
        }
        Changed::Field(ix) => {
            let field = def.get(ix);
            out.push('{');
            text_member(out, "field", &field.name);
            member(out, "was");
            seen(out, field, &change.was);
            member(out, "now");
            seen(out, field, &change.now);
        }
    }
    out.push('}');
}

pub fn hit(out: &mut String, catalogue: &Catalogue, hit: &Hit) {
    out.push('{');
    text_member(out, "register", &catalogue.at(hit.register).name);
    member(out, "id");
    plain(out, hit.id);
    text_member(out, "shown", &hit.shown);
    text_member(out, "beside", &hit.beside);
    member(out, "colour");
    colour(out, hit.colour.as_ref());
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_so_that_any_reader_gets_it_back() {
        let text = "a\"b\\c\n\u{1}你😀\u{7f}";
        let mut out = String::new();
        quoted(&mut out, text);
        assert_eq!(
            serde_json::from_str::<String>(&out).ok().as_deref(),
            Some(text)
        );
    }

    #[test]
    fn numbers_that_must_not_be_rounded_are_text() {
        let mut out = String::new();
        one(
            &mut out,
            &Kind::Money {
                min: None,
                max: None,
            },
            &Value::Int(-123_450),
        );
        out.push(' ');
        let decimal = Kind::Decimal {
            scale: 2,
            min: None,
            max: None,
        };
        one(&mut out, &decimal, &Value::Dec(Dec::new(5, 2)));
        assert_eq!(out, "\"-1234.50\" \"0.05\"");
    }
}
