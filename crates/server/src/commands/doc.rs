//! `jinzhi doc`: the data dictionary as pages, and the JSON Schema with which editors help.

use std::fs;

use anyhow::Context as _;
use catalogue::Lang;
use catalogue::doc::{pages, schema_json};

use crate::cli::Doc;
use crate::definitions::Sources;
use crate::say::{Done, line};

/// Name of the schema for the files of definitions.
const SCHEMA: &str = "definition.schema.json";

pub fn run(ask: &Doc, mut sources: Sources) -> anyhow::Result<Done> {
    sources.overlays.extend(ask.overlay.iter().cloned());
    let (catalogue, _) = sources.catalogue()?;
    let lang = if ask.lang == "en" { Lang::En } else { Lang::Zh };
    fs::create_dir_all(&ask.out).with_context(|| format!("建不了 {}", ask.out.display()))?;
    let write = |name: &str, text: &str| {
        let path = ask.out.join(name);
        fs::write(&path, text).with_context(|| format!("写不了 {}", path.display()))
    };
    let pages = pages(&catalogue, lang);
    for page in &pages {
        write(&page.name, &page.html)?;
    }
    write(SCHEMA, &format!("{:#}\n", schema_json()))?;
    line(format!(
        "已写到 {}：数据字典 {} 页（从 index.html 看起），{SCHEMA}",
        ask.out.display(),
        pages.len()
    ));
    Ok(Done::Yes)
}
