//! The box for each kind of field, filled with what stands there.

use app::Seen;
use catalogue::{Field, Kind};
use maud::{Markup, html};

use super::sheet::Sheet;
use super::typed::read_held;
use crate::pages::shows::size;
use crate::pairs::Pairs;
use crate::ui::Text;
use crate::ui::child_rows::{ChildColumn, ChildRows, blank_name, child_name, child_rows};
use crate::ui::date::{DateTyped, Pick};
use crate::ui::field::{
    self, Choice, Choices, Condition, Control, Entry, FileHeld, FileInput, Keep, LongText, Look,
    Lookup, Many, Need, Number, Point, TextInput, Type, Width, YesNo, bare,
};

/// A text longer than this gets half a line.
const HALF_CHARS: usize = 40;
/// A text longer than this gets a whole line.
const WHOLE_CHARS: usize = 120;
/// The list of roles, and the one that no account holds.
const ROLES: &str = "role";
const PUBLIC: &str = "public";
/// Several choices of more entries than this get a whole line.
const CHOICES_WHOLE: usize = 4;

/// A field with its label, hint, error and box.
pub fn field_of(sheet: &Sheet, def: &Field, condition: Option<Condition>) -> Markup {
    let visit = sheet.visit();
    let lang = visit.lang();
    if let Kind::Rows { fields, .. } = &def.kind {
        return rows(sheet, def, fields);
    }
    let mut shown = field::Field::new(def.name.as_str(), def.label.get(lang));
    if let Some(hint) = hint(sheet, def) {
        shown = shown.hint(hint);
    }
    if let Some(error) = sheet.error(&def.name) {
        shown = shown.error(error.to_owned());
    }
    let held = sheet.masked(def).is_some();
    shown.need = match (sheet.must(def), held || sheet.is_fixed(def)) {
        // What stands already, or cannot be typed, is neither asked for nor optional.
        (_, true) => Need::Filter,
        (true, false) => Need::Required,
        (false, false) => Need::Optional,
    };
    shown.keep = if def.sealed() {
        Keep::Never
    } else {
        Keep::Draft
    };
    shown.condition = condition;
    let width = match &def.kind {
        Kind::LongText { .. } | Kind::Files { .. } => Width::Whole,
        Kind::Text { max } if *max > WHOLE_CHARS => Width::Whole,
        Kind::Text { max } if *max > HALF_CHARS => Width::Half,
        // Two numbers and a button stand side by side.
        Kind::Point => Width::Half,
        Kind::Choices { list } => {
            match visit.app().catalogue().choice(list).entries.len() > CHOICES_WHOLE {
                true => Width::Whole,
                false => Width::Third,
            }
        }
        _ => Width::Third,
    };
    shown.width = width;
    let control = match sheet.is_fixed(def) {
        true => Control::Fixed(sheet.fixed(def)),
        false => control(sheet, def, &sheet.pairs, &def.name),
    };
    let whole = field::field(visit.words, &shown, &control);
    // What must be filled can be replaced, not emptied.
    if held && !sheet.is_fixed(def) && !def.required {
        let (half, all) = (width == Width::Half, width == Width::Whole);
        return html! { div.with-clear.is-half[half].is-whole[all] { (whole) (clear(sheet, def)) } };
    }
    whole
}

fn hint(sheet: &Sheet, def: &Field) -> Option<String> {
    let say = sheet.visit().say;
    let own = def
        .hint
        .as_ref()
        .map(|hint| hint.get(sheet.visit().lang()).to_owned());
    let masked = sheet
        .masked(def)
        .map(|text| say.masked_hint.replace("{n}", &text));
    match (own, masked) {
        (Some(own), Some(masked)) => Some(format!("{own}{}{masked}", sheet.visit().words.gap)),
        (own, masked) => own.or(masked),
    }
}

/// A masked value stays unless something is typed; to empty it, one says so.
fn clear(sheet: &Sheet, def: &Field) -> Markup {
    let name = format!("{}.clear", def.name);
    let on = sheet.pairs.get(&name) == "true";
    html! {
        label.check.clear {
            input type="checkbox" name=(name) value="true" checked[on];
            span { (sheet.visit().say.clear.replace("{n}", def.label.get(sheet.visit().lang()))) }
        }
    }
}

/// The box itself; `name` is the field's own or that of a column in a row.
pub fn control<'a>(sheet: &Sheet, def: &'a Field, pairs: &'a Pairs, name: &str) -> Control<'a> {
    let visit = sheet.visit();
    let typed: Text<'a> = pairs.get(name).to_owned().into();
    let part = |end: &str| -> Text<'a> { pairs.get(&format!("{name}.{end}")).to_owned().into() };
    let date = || DateTyped {
        year: part("year"),
        month: part("month"),
        day: part("day"),
    };
    let plain = |kind, max: Option<usize>| {
        let max = max.and_then(|max| u32::try_from(max).ok());
        Control::Text(TextInput {
            typed: typed.clone(),
            kind,
            max,
            placeholder: None,
        })
    };
    match &def.kind {
        Kind::Text { .. } => plain(Type::Plain, None),
        Kind::LongText { .. } => Control::LongText(LongText {
            typed,
            max: None,
            rows: Some(4),
        }),
        Kind::Code { .. } => plain(Type::Code, None),
        Kind::Phone => plain(Type::Phone, None),
        Kind::Email => plain(Type::Email, None),
        Kind::Int { .. } | Kind::Decimal { .. } => Control::Number(Number {
            typed,
            unit: def.unit.as_deref().map(Into::into),
        }),
        Kind::Money { .. } => Control::Money {
            typed,
            currency: visit.say.yuan.into(),
        },
        Kind::Bool => Control::YesNo(match pairs.get(name) {
            "true" => YesNo::Yes,
            "false" => YesNo::No,
            _ => YesNo::Open,
        }),
        Kind::Date { past } => Control::Date {
            typed: date(),
            // A date that may lie ahead is mostly a term: it is never today.
            picks: if *past { picks(sheet) } else { Vec::new() },
        },
        Kind::Moment => Control::Moment {
            typed: date(),
            time: part("time"),
            picks: picks(sheet),
        },
        Kind::Choice { list, under } => Control::Choice(Choice {
            entries: sheet.entries(list, *under, &typed),
            chosen: typed,
            look: if def.required {
                Look::ByLength
            } else {
                Look::Select
            },
            nothing: None,
            under: sheet.above(*under, name),
        }),
        Kind::Choices { list } => Control::Choices(Choices {
            chosen: pairs
                .all(name)
                .map(|v| Text::Owned(v.to_owned()))
                .collect::<Vec<_>>(),
            entries: sheet.entries(list, None, ""),
        }),
        Kind::Ref { to } => {
            let path = &visit.app().catalogue().at(*to).path;
            // What it is about is one's own to act on; whatever else is named may be anybody's.
            let reach = if sheet.def.about == Some(*to) {
                "?own=1"
            } else {
                ""
            };
            let source = format!("/lookup/{path}{reach}");
            lookup(typed, part("id"), part("was"), source)
        }
        Kind::Division { .. } => lookup(
            typed,
            part("id"),
            part("was"),
            "/lookup/division".to_owned(),
        ),
        Kind::Point => Control::Point(Point {
            lon: part("lon"),
            lat: part("lat"),
        }),
        Kind::Files { accept, count, .. } => {
            let base = sheet.files_base();
            let held = pairs
                .all(&format!("{name}.held"))
                .filter_map(read_held)
                .map(|file| FileHeld {
                    href: match &base {
                        Some(base) if sheet.has_file(def, &file.hash) => {
                            format!("{base}/files/{}", file.hash).into()
                        }
                        // Not saved yet: there is no address to fetch it from.
                        _ => format!("#{}", crate::ui::id_of(name)).into(),
                    },
                    id: file.hash.into(),
                    name: file.name.into(),
                    note: size(file.bytes).into(),
                })
                .collect();
            let accept: Vec<String> = accept.iter().map(|end| format!(".{end}")).collect();
            let many = if *count > 1 { Many::Several } else { Many::One };
            Control::File(FileInput {
                held,
                accept: accept.join(",").into(),
                many,
            })
        }
        Kind::Rows { .. } => Control::Fixed(html! {}),
    }
}

fn lookup<'a>(typed: Text<'a>, id: Text<'a>, was: Text<'a>, source: String) -> Control<'a> {
    Control::Lookup(Lookup {
        typed,
        id,
        was,
        source: source.into(),
        placeholder: None,
    })
}

fn picks<'a>(sheet: &Sheet) -> Vec<Pick<'a>> {
    let today = sheet.visit().app().now().local_date();
    vec![Pick {
        label: sheet.visit().say.today.into(),
        iso: today.to_string().into(),
    }]
}

/// The entries of a choice; those that belong to an entry of another field stand under its name,
/// and first when it is chosen.
pub fn entries<'a>(
    sheet: &Sheet,
    list: &str,
    under: Option<&Field>,
    chosen: &str,
) -> Vec<Entry<'a>> {
    let lang = sheet.visit().lang();
    let catalogue = sheet.visit().app().catalogue();
    let parent = under
        .map(|field| sheet.pairs.get(&field.name).to_owned())
        .unwrap_or_default();
    let parents = under.and_then(|field| match &field.kind {
        Kind::Choice { list, .. } => Some(catalogue.choice(list)),
        _ => None,
    });
    let offered = catalogue
        .choice(list)
        .entries
        .iter()
        .filter(|(name, entry)| !entry.retired || name.as_str() == chosen)
        // Everyone is the public without an account.
        .filter(|(name, _)| list != ROLES || name.as_str() != PUBLIC);
    let mut entries: Vec<(bool, Entry<'a>)> = offered
        .map(|(name, entry)| {
            let own = entry.under.as_deref().is_some_and(|under| under == parent);
            let shown = Entry::new(name.clone(), entry.label.get(lang).to_owned());
            let above = entry
                .under
                .as_ref()
                .and_then(|under| parents?.entries.get(under));
            let group = above
                .map(|above| above.label.get(lang))
                .or(entry.group.as_deref());
            let shown = match group {
                Some(group) => shown.in_group(group.to_owned()),
                None => shown,
            };
            let shown = match &entry.under {
                Some(above) if under.is_some() => shown.belonging_to(above.clone()),
                _ => shown,
            };
            (own, shown)
        })
        .collect();
    entries.sort_by_key(|(own, _)| !own);
    entries.into_iter().map(|(_, entry)| entry).collect()
}

fn rows(sheet: &Sheet, def: &Field, columns: &[Field]) -> Markup {
    let visit = sheet.visit();
    let lang = visit.lang();
    let rows = super::typed::rows(&sheet.pairs, &def.name);
    let cell = |row: &Pairs, column: &Field, name: &str, error: Option<&str>| {
        // The pairs of a row are named by column; the box needs its full name.
        let mut full = Pairs::default();
        for (part, value) in super::typed::of_field(row, &column.name) {
            full.push(part.replacen(&column.name, name, 1), value.clone());
        }
        bare(
            visit.words,
            name,
            column.label.get(lang),
            error,
            &control(sheet, column, &full, name),
        )
    };
    let own = sheet.own_columns(def);
    let is_read = |place: &usize| own.is_some_and(|own| !own.contains(place));
    let stands = |(place, _): &(usize, &Field)| !is_read(place) || sheet.says(def, *place);
    let columns: Vec<(usize, &Field)> = columns.iter().enumerate().filter(stands).collect();
    let shown: Vec<Vec<Markup>> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            columns
                .iter()
                .enumerate()
                .map(|(first, (place, column))| {
                    let name = child_name(&def.name, at, &column.name);
                    let error = sheet.error(&name);
                    html! {
                        @if first == 0 && let Some(id) = row.filled("id") {
                            input type="hidden" name={ (def.name) "[" (at) "].id" } value=(id);
                        }
                        @if is_read(place) { (sheet.read_cell(def, at, (*place, column))) }
                        @else { (cell(row, column, &name, error)) }
                    }
                })
                .collect()
        })
        .collect();
    let empty = Pairs::default();
    let blank = columns
        .iter()
        .filter(|_| own.is_none())
        .map(|(_, column)| cell(&empty, column, &blank_name(&def.name, &column.name), None))
        .collect();
    let heads = columns
        .iter()
        .map(|(place, column)| ChildColumn {
            label: column.label.get(lang).into(),
            need: match (column.required, is_read(place)) {
                (_, true) => Need::Filter,
                (true, false) => Need::Required,
                (false, false) => Need::Optional,
            },
        })
        .collect();
    let whole = ChildRows {
        name: def.name.as_str().into(),
        label: def.label.get(lang).into(),
        hint: def.hint.as_ref().map(|hint| hint.get(lang).into()),
        error: sheet.error(&def.name).map(|error| error.to_owned().into()),
        columns: heads,
        rows: shown,
        blank,
    };
    child_rows(visit.words, &whole)
}

/// A masked text that says something.
pub fn masked_text(seen: Option<&Seen>) -> Option<String> {
    match seen {
        Some(Seen::Masked(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}
