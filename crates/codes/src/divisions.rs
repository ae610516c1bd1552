//! Divisions of China down to the county (GB/T 2260), with abolished codes: find, climb, name.

use speech::{Said, said};

use std::sync::OnceLock;

use crate::{Day, text};

mod name;
pub use name::short_name;

/// One code of the table. Sources and dates are in `data/README.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// Six digits.
    pub code: &'static str,
    pub name: &'static str,
    /// Code of the division above; none for provinces.
    pub parent: Option<&'static str>,
    /// First day of validity, where known.
    pub valid_from: Option<Day>,
    /// By this day at the latest the code had ended; none while it is in force.
    pub valid_to: Option<Day>,
    /// Code of the division that took its place, where known.
    pub replaced_by: Option<&'static str>,
}

/// Height of a division in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Province,
    Prefecture,
    County,
}

impl Division {
    pub fn level(&self) -> Level {
        match (&self.code[2..4], &self.code[4..]) {
            ("00", _) => Level::Province,
            (_, "00") => Level::Prefecture,
            _ => Level::County,
        }
    }

    /// Rows that only hold others together, such as 110100 市辖区 and 419000 省直辖县级行政区划.
    pub fn is_grouping(&self) -> bool {
        matches!(self.name, "市辖区" | "县") || self.name.ends_with("直辖县级行政区划")
    }

    /// Development zones that statistics count as counties (last two digits 71–79); GB/T 2260 has
    /// no such codes, but addresses and authorities do.
    pub fn is_zone(&self) -> bool {
        self.level() == Level::County && self.code[4..].starts_with('7')
    }

    pub fn is_current(&self) -> bool {
        self.valid_to.is_none()
    }

    pub fn valid_on(&self, day: Day) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    /// Why the code does not hold on that day, for people.
    pub fn not_valid_sentence(&self, on: Day) -> Option<Said> {
        if self.valid_on(on) {
            return None;
        }
        let name = full_name(self.code).unwrap_or_default();
        match (self.valid_from.filter(|from| *from > on), self.valid_to) {
            (None, Some(to)) => {
                let now = self.replaced_by.and_then(get);
                let now = now.map_or(Said::default(), |d| {
                    said!("，现为 {} {}" / "; now {} {}", d.code, d.name)
                });
                Some(said!(
                    "{}（{}）已撤销（不晚于{}年）{}" / "{} ({}) was abolished (not after {}){}",
                    self.code,
                    name,
                    to.year,
                    now
                ))
            }
            (Some(from), _) => Some(said!(
                "{}（{}）自{}年起才有效" / "{} ({}) is valid only from {}",
                self.code,
                name,
                from.year
            )),
            (None, None) => None,
        }
    }
}

/// The whole table by code, abolished codes among the others.
pub fn all() -> &'static [Division] {
    static TABLE: OnceLock<Vec<Division>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: Vec<Division> = DATA.lines().skip(2).filter_map(row).collect();
        table.sort_unstable_by_key(|division| division.code);
        table
    })
}

const DATA: &str = include_str!("../data/divisions.tsv");

fn row(line: &'static str) -> Option<Division> {
    let cells: [&str; 6] = line.split('\t').collect::<Vec<_>>().try_into().ok()?;
    let [code, name, parent, from, to, replaced_by] = cells;
    let some = |cell: &'static str| Some(cell).filter(|cell| !cell.is_empty());
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(Division {
        code,
        name,
        parent: some(parent),
        valid_from: some(from).and_then(|cell| day(cell, 1, 1)),
        valid_to: some(to).and_then(|cell| day(cell, 12, 31)),
        replaced_by: some(replaced_by),
    })
}

/// `YYYY-MM-DD`, or a year alone where the day is not known.
fn day(cell: &str, month: u8, day: u8) -> Option<Day> {
    match cell.len() {
        4 => Day::new(cell.parse().ok()?, month, day),
        _ => Day::from_compact(&cell.replace('-', "")),
    }
}

/// The division of a code of 6, 9 or 12 digits: for towns and villages, their county.
pub fn get(code: &str) -> Option<&'static Division> {
    let six = county_part(code)?;
    let at = all()
        .binary_search_by(|division| division.code.cmp(six))
        .ok()?;
    all().get(at)
}

fn county_part(code: &str) -> Option<&str> {
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    if digits && matches!(code.len(), 6 | 9 | 12) {
        code.get(..6)
    } else {
        None
    }
}

/// Whether the county of this code exists or once existed.
pub fn known_ever(code: &str) -> bool {
    get(code).is_some() || is_districts_code(code)
}

/// GB/T 2260 gives every prefecture-level city the code `xxxx01` for 市辖区 taken together. Registers
/// use it; the table leaves it out, as it names no place of its own.
fn is_districts_code(code: &str) -> bool {
    let six = county_part(code).unwrap_or_default();
    six.ends_with("01") && get(&format!("{}00", &six[..4])).is_some()
}

/// Provinces in force, by code.
pub fn provinces() -> Vec<&'static Division> {
    all()
        .iter()
        .filter(|d| d.level() == Level::Province && d.is_current())
        .collect()
}

/// Divisions in force directly under this one, by code.
pub fn children(code: &str) -> Vec<&'static Division> {
    let Some(above) = get(code).filter(|_| code.len() == 6) else {
        return Vec::new();
    };
    all()
        .iter()
        .filter(|d| d.parent == Some(above.code) && d.is_current())
        .collect()
}

/// From the province down to the county of this code. Empty if the code is unknown.
pub fn path(code: &str) -> Vec<&'static Division> {
    let mut path = Vec::new();
    let mut next = get(code);
    while let Some(division) = next.filter(|_| path.len() < LEVELS_MAX) {
        path.push(division);
        next = division.parent.and_then(get);
    }
    path.reverse();
    path
}

const LEVELS_MAX: usize = 3;

/// `浙江省杭州市萧山区`; grouping rows such as 市辖区 are left out.
pub fn full_name(code: &str) -> Option<String> {
    let path = path(code);
    let last = *path.last()?;
    let named = path
        .iter()
        .filter(|d| !d.is_grouping() || std::ptr::eq(**d, last));
    Some(named.map(|d| d.name).collect())
}

/// The digits that all codes within this division share: `33`, `3301`, `330109`, `330109113` …
pub fn prefix(code: &str) -> &str {
    if !code.bytes().all(|b| b.is_ascii_digit()) {
        return code;
    }
    for (length, step) in [(12, 3), (9, 3), (6, 2), (4, 2)] {
        let zeros = |part: &str| part.bytes().all(|b| b == b'0');
        if code.len() >= length && !zeros(&code[length - step..]) {
            return &code[..length.min(code.len())];
        }
    }
    code.get(..2).unwrap_or(code)
}

/// Whether a code of 6, 9 or 12 digits lies within the area or is the area.
///
/// `100000`, the code of national authorities, holds everything.
pub fn within(code: &str, area: &str) -> bool {
    let area_given = area.len() >= 2 && area.bytes().all(|b| b.is_ascii_digit());
    area_given && (area == NATIONAL || code.starts_with(prefix(area)))
}

/// Not in GB/T 2260; used by GB 32100-2015 for national registration authorities.
pub const NATIONAL: &str = "100000";

/// Divisions with this name: `萧山区`, `萧山`, `浙江省杭州市萧山区`, `杭州萧山`.
///
/// `parent` limits the search to one area. Codes in force come first, then abolished ones.
pub fn find_by_name(name: &str, parent: Option<&str>) -> Vec<&'static Division> {
    let wanted: String = text::name_normal(name)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let inside = |d: &Division| parent.is_none_or(|area| within(d.code, area));
    let mut found: Vec<&Division> = all()
        .iter()
        .filter(|d| !d.is_grouping() && inside(d) && name::is_named(d, &wanted))
        .collect();
    found.sort_by_key(|d| !d.is_current());
    found
}

#[cfg(test)]
mod tests;
