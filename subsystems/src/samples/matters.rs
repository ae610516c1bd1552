//! Sample matters: entered and handled by the people of a demo, step by step, so that something waits
//! at every door. They come as `matters.toml` beside the samples, in the order in which they happen.

use kernel::{Catalogue, Moment, Raw, RegisterIx};

use super::{Unreadable, day, files_named, raw};

/// Where a matter points at another one of its file.
const NAMED: char = '&';

/// One matter from its first entry.
#[derive(Clone, Debug)]
pub struct Matter {
    /// What later matters call it by, without `&`; empty when none does.
    pub name: String,
    pub register: RegisterIx,
    /// The state it begins in.
    pub state: Option<String>,
    pub begins: Deed,
    pub then: Vec<(String, Deed)>,
}

/// Something done by the holder of a role.
#[derive(Clone, Debug)]
pub struct Deed {
    pub by: String,
    pub at: Moment,
    pub reason: Option<String>,
    pub opinion: Option<String>,
    pub input: Vec<(String, Raw)>,
}

/// A `matters.toml` that says something nobody understands.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("{folder}/matters.toml 第 {number} 件：{what}")]
    Matter {
        folder: String,
        number: usize,
        what: &'static str,
    },
}

/// Something that a sample lacks for the matters to find their way.
#[derive(Clone, Debug)]
pub struct Edit {
    pub register: RegisterIx,
    /// What the record is known by.
    pub record: String,
    pub input: Vec<(String, Raw)>,
}

/// All sample matters of all tenants, each deed at its moment before `now`.
pub fn matters(catalogue: &Catalogue, now: Moment) -> Result<Vec<Matter>, Wrong> {
    rows("matter", |folder, row| matter(catalogue, folder, row, now))
}

/// What is to be changed before the matters begin.
pub fn edits(catalogue: &Catalogue, now: Moment) -> Result<Vec<Edit>, Wrong> {
    rows("edit", |folder, row| {
        let record = text(row, "record").ok_or("没有写 record")?;
        Ok(Edit {
            register: register(catalogue, folder, row)?,
            record: record.trim_start_matches('@').to_owned(),
            input: input(row, now),
        })
    })
}

fn rows<T>(
    key: &str,
    read: impl Fn(&str, &toml::Value) -> Result<T, &'static str>,
) -> Result<Vec<T>, Wrong> {
    let mut found = Vec::new();
    for (folder, file) in files_named("matters.toml")? {
        let rows = file.get(key).and_then(toml::Value::as_array);
        for (at, row) in rows.into_iter().flatten().enumerate() {
            found.push(read(&folder, row).map_err(|what| Wrong::Matter {
                folder: folder.clone(),
                number: at + 1,
                what,
            })?);
        }
    }
    Ok(found)
}

/// Named within its folder, or in full.
fn register(
    catalogue: &Catalogue,
    folder: &str,
    row: &toml::Value,
) -> Result<RegisterIx, &'static str> {
    let name = text(row, "register").ok_or("没有写 register")?;
    let found = match name.contains('.') {
        true => catalogue.register(name),
        false => catalogue.register(&format!("{folder}.{name}")),
    };
    found.ok_or("没有这个登记簿")
}

fn input(row: &toml::Value, now: Moment) -> Vec<(String, Raw)> {
    let with = row.get("with").and_then(toml::Value::as_table);
    let given = with.into_iter().flatten();
    given
        .map(|(name, value)| (name.clone(), raw(value, now)))
        .collect()
}

/// The name behind `&`, where a text points at another matter.
pub fn points_at(raw: &Raw) -> Option<&str> {
    match raw {
        Raw::Text(text) => text.strip_prefix(NAMED),
        _ => None,
    }
}

fn matter(
    catalogue: &Catalogue,
    folder: &str,
    row: &toml::Value,
    now: Moment,
) -> Result<Matter, &'static str> {
    let then = row.get("then").and_then(toml::Value::as_array);
    let then = then.into_iter().flatten().map(|step| {
        let act = text(step, "act").ok_or("步骤没有写 act")?;
        Ok((act.to_owned(), deed(step, now)?))
    });
    Ok(Matter {
        name: text(row, "name").unwrap_or_default().to_owned(),
        register: register(catalogue, folder, row)?,
        state: text(row, "state").map(str::to_owned),
        begins: deed(row, now)?,
        then: then.collect::<Result<_, &'static str>>()?,
    })
}

fn deed(row: &toml::Value, now: Moment) -> Result<Deed, &'static str> {
    let at = text(row, "at").and_then(|at| day::moment(at, now));
    Ok(Deed {
        by: text(row, "by").ok_or("没有写由谁办理（by）")?.to_owned(),
        at: at.ok_or("没有写时间（at），例如 workday-2 09:20")?,
        reason: text(row, "reason").map(str::to_owned),
        opinion: text(row, "opinion").map(str::to_owned),
        input: input(row, now),
    })
}

fn text<'r>(row: &'r toml::Value, key: &str) -> Option<&'r str> {
    row.get(key).and_then(toml::Value::as_str)
}
