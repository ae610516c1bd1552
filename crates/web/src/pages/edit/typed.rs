//! What stands in the boxes of a form, and what it means as input for `app`.
//!
//! A form is a list of pairs, as browsers send it. A record is turned into the same pairs, so that
//! one renderer shows both, and what was changed is what differs.

use app::{Places, Seen};
use catalogue::{Field, Kind};
use kernel::{Datum, Dec, FileRef, Raw, RowData, Value};

use crate::pages::shows::Reading;
use crate::pairs::Pairs;

/// The pairs of one field of a record. Masked and erased values leave their box empty.
pub fn of_record(reading: &Reading, field: &Field, seen: &Seen, out: &mut Pairs) {
    match seen {
        Seen::Plain(Datum::One(value)) => of_value(reading, field, &field.name, value, out),
        Seen::Plain(Datum::Rows(rows)) => of_rows(reading, field, rows, out),
        Seen::Plain(Datum::Files(files)) => {
            for file in files {
                out.push(format!("{}.held", field.name), held(file));
            }
        }
        Seen::Plain(Datum::Erased | Datum::Draw(_)) | Seen::Masked(_) | Seen::Erased => {}
    }
}

fn of_rows(reading: &Reading, field: &Field, rows: &[RowData], out: &mut Pairs) {
    let Kind::Rows { fields, .. } = &field.kind else {
        return;
    };
    for (at, row) in rows.iter().enumerate() {
        let base = format!("{}[{at}]", field.name);
        if let Some(id) = row.id {
            out.push(format!("{base}.id"), id.to_string());
        }
        for (column, value) in fields.iter().zip(&row.values) {
            of_value(
                reading,
                column,
                &format!("{base}.{}", column.name),
                value,
                out,
            );
        }
    }
}

/// The pairs of one value under a name.
pub fn of_value(reading: &Reading, field: &Field, name: &str, value: &Value, out: &mut Pairs) {
    let mut part = |end: &str, text: String| out.push(format!("{name}.{end}"), text);
    match (&field.kind, value) {
        (_, Value::Null) => {}
        (Kind::Ref { .. } | Kind::Division { .. }, value) => {
            let shown = reading.shown().bare(&field.kind, value);
            part("id", value.to_string());
            part("was", shown.clone());
            out.push(name, shown);
        }
        (Kind::Money { .. }, Value::Int(fen)) => out.push(name, Dec::new(*fen, 2).to_string()),
        (_, Value::Set(entries)) => {
            for entry in entries {
                out.push(name, entry);
            }
        }
        (_, Value::Date(date)) => {
            part("year", date.year().to_string());
            part("month", date.month().to_string());
            part("day", date.day().to_string());
        }
        (_, Value::Moment(moment)) => {
            let local = moment.local();
            part("year", local.year().to_string());
            part("month", local.month().to_string());
            part("day", local.day().to_string());
            part(
                "time",
                format!(
                    "{:02}:{:02}:{:02}",
                    local.hour(),
                    local.minute(),
                    local.second()
                ),
            );
        }
        (_, Value::Point(point)) => {
            part("lon", Dec::new(i64::from(point.lon_e6), 6).to_string());
            part("lat", Dec::new(i64::from(point.lat_e6), 6).to_string());
        }
        (_, value) => out.push(name, value.to_string()),
    }
}

/// What was typed under a name, for `app` to understand.
pub fn raw(places: &Places, field: &Field, pairs: &Pairs, name: &str) -> Raw {
    let part = |end: &str| pairs.get(&format!("{name}.{end}")).trim().to_owned();
    match &field.kind {
        Kind::Choices { .. } => many(pairs.all(name)),
        Kind::Date { .. } => text(day(&part("year"), &part("month"), &part("day"))),
        Kind::Moment => {
            let day = day(&part("year"), &part("month"), &part("day"));
            match (day.is_empty(), part("time")) {
                (true, time) => text(time),
                (false, time) if time.is_empty() => text(format!("{day} 00:00")),
                (false, time) => text(format!("{day} {time}")),
            }
        }
        Kind::Ref { .. } => text(chosen(pairs, name)),
        Kind::Division { .. } => {
            let typed = chosen(pairs, name);
            // Without scripts one types the name; the list of divisions knows its code.
            match places.find(&typed).as_slice() {
                [code] => text(code.clone()),
                _ => text(typed),
            }
        }
        Kind::Point => match (part("lat"), part("lon")) {
            (lat, lon) if lat.is_empty() && lon.is_empty() => Raw::Null,
            (lat, lon) => Raw::Map(vec![
                ("lat".to_owned(), Raw::Text(lat)),
                ("lon".to_owned(), Raw::Text(lon)),
            ]),
        },
        Kind::Files { .. } => {
            let held = format!("{name}.held");
            let hashes = pairs
                .all(&held)
                .filter_map(|text| Some(read_held(text)?.hash));
            Raw::Many(hashes.map(Raw::Text).collect())
        }
        Kind::Rows { fields, .. } => Raw::Many(
            rows(pairs, name)
                .iter()
                .map(|row| Raw::Map(row_raw(places, fields, row)))
                .collect(),
        ),
        _ => text(pairs.get(name).trim().to_owned()),
    }
}

fn row_raw(places: &Places, fields: &[Field], row: &Pairs) -> Vec<(String, Raw)> {
    let mut raw_row: Vec<(String, Raw)> = fields
        .iter()
        .map(|f| (f.name.clone(), raw(places, f, row, &f.name)))
        .collect();
    if let Some(id) = row.filled("id") {
        raw_row.push(("id".to_owned(), Raw::text(id)));
    }
    raw_row
}

fn many<'a>(values: impl Iterator<Item = &'a str>) -> Raw {
    Raw::Many(
        values
            .filter(|value| !value.is_empty())
            .map(Raw::text)
            .collect(),
    )
}

fn text(text: String) -> Raw {
    if text.is_empty() {
        Raw::Null
    } else {
        Raw::Text(text)
    }
}

/// Three boxes as one date; whatever else was typed into the first is left for `app` to refuse.
fn day(year: &str, month: &str, day: &str) -> String {
    match (month, day) {
        ("", "") => year.to_owned(),
        _ => format!("{year}-{month}-{day}"),
    }
}

/// What was chosen from the list, or what was typed when that is something else.
fn chosen(pairs: &Pairs, name: &str) -> String {
    let typed = pairs.get(name).trim();
    let id = pairs.get(&format!("{name}.id")).trim();
    let was = pairs.get(&format!("{name}.was")).trim();
    match !typed.is_empty() && !id.is_empty() && was == typed {
        true => id.to_owned(),
        false => typed.to_owned(),
    }
}

/// Whether nothing was typed.
pub fn is_blank(raw: &Raw) -> bool {
    match raw {
        Raw::Null => true,
        Raw::Text(text) | Raw::Number(text) => text.is_empty(),
        Raw::Bool(_) => false,
        Raw::Many(many) => many.iter().all(is_blank),
        Raw::Map(pairs) => pairs.iter().all(|(_, raw)| is_blank(raw)),
    }
}

/// The rows of a field in their order, each with the names of its columns.
pub fn rows(pairs: &Pairs, name: &str) -> Vec<Pairs> {
    let mut rows: Vec<(usize, Pairs)> = Vec::new();
    for (full, value) in &pairs.0 {
        let Some((at, column)) = row_name(full, name) else {
            continue;
        };
        match rows.iter_mut().find(|(row, _)| *row == at) {
            Some((_, row)) => row.push(column, value.clone()),
            None => rows.push((at, Pairs(vec![(column.to_owned(), value.clone())]))),
        }
    }
    rows.sort_by_key(|(at, _)| *at);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// `items[3].no` of `items` is row 3 and column `no`.
fn row_name<'a>(full: &'a str, name: &str) -> Option<(usize, &'a str)> {
    let (at, column) = full
        .strip_prefix(name)?
        .strip_prefix('[')?
        .split_once("].")?;
    Some((at.parse().ok()?, column))
}

/// Puts the rows of a field in place of what stands there, numbered from 0.
pub fn put_rows(pairs: &mut Pairs, name: &str, rows: Vec<Pairs>) {
    pairs.0.retain(|(full, _)| row_name(full, name).is_none());
    for (at, row) in rows.into_iter().enumerate() {
        for (column, value) in row.0 {
            pairs.push(format!("{name}[{at}].{column}"), value);
        }
    }
}

/// All pairs that belong to a field: its parts and rows too.
pub fn of_field<'a>(pairs: &'a Pairs, name: &'a str) -> impl Iterator<Item = &'a (String, String)> {
    pairs.0.iter().filter(move |(full, _)| belongs(full, name))
}

pub fn belongs(full: &str, name: &str) -> bool {
    match full.strip_prefix(name) {
        Some(rest) => rest.is_empty() || rest.starts_with('.') || rest.starts_with('['),
        None => false,
    }
}

/// A file as it stands in a hidden field while the form is filled in.
pub fn held(file: &FileRef) -> String {
    format!("{}|{}|{}", file.hash, file.bytes, file.name)
}

pub fn read_held(text: &str) -> Option<FileRef> {
    let mut parts = text.splitn(3, '|');
    let (hash, bytes, name) = (parts.next()?, parts.next()?, parts.next()?);
    let plain = !hash.is_empty() && hash.bytes().all(|b| b.is_ascii_hexdigit());
    plain.then(|| FileRef {
        hash: hash.to_owned(),
        name: name.to_owned(),
        bytes: bytes.parse().unwrap_or(0),
        mime: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_number_and_numbered_anew() {
        let mut pairs = Pairs::parse("items[7].no=b&items[2].no=a&items[2].id=X&itemsx=1&name=n");
        let found = rows(&pairs, "items");
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].get("no"), found[0].get("id"), found[1].get("no")),
            ("a", "X", "b")
        );
        put_rows(&mut pairs, "items", found[1..].to_vec());
        assert_eq!(pairs.get("items[0].no"), "b");
        assert_eq!(of_field(&pairs, "items").count(), 1);
        assert_eq!(pairs.get("name"), "n");
    }

    #[test]
    fn a_choice_counts_only_while_its_text_stands() {
        let chosen_now = Pairs::parse("user=甲厂&user.id=K7&user.was=甲厂");
        assert_eq!(chosen(&chosen_now, "user"), "K7");
        let retyped = Pairs::parse("user=乙厂&user.id=K7&user.was=甲厂");
        assert_eq!(chosen(&retyped, "user"), "乙厂");
        assert_eq!(
            chosen(&Pairs::parse("user=&user.id=K7&user.was="), "user"),
            ""
        );
    }

    #[test]
    fn dates_come_from_three_boxes_or_from_the_first() {
        assert_eq!(day("2027", "3", "1"), "2027-3-1");
        assert_eq!(day("2027-03-01", "", ""), "2027-03-01");
        assert_eq!(day("", "3", ""), "-3-");
        assert_eq!(day("", "", ""), "");
    }

    #[test]
    fn a_file_survives_its_hidden_field() {
        let file = FileRef {
            hash: "ab12".into(),
            name: "证|书.pdf".into(),
            bytes: 7,
            mime: String::new(),
        };
        assert_eq!(read_held(&held(&file)), Some(file));
        assert_eq!(read_held("../../etc|1|x"), None);
    }
}
