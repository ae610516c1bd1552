//! The data that are measured on: a province made once and kept, and a fresh copy for each side.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use catalogue::{Catalogue, Register};
use expr::Id;
use serde_json::{Map, Value as Json};

use super::bare::{self, FIRM_COLUMNS};
use super::cases::{Material, REGISTER};
use super::child::Process;
use super::client::{Client, Request};

/// The six-digit code of the province, and the number of its bureau's unit.
const PROVINCE: &str = "370000";
const SEED: &str = "1";
const LOGIN: &str = "bench";
const ROLE: &str = "section_head";
/// Records that are read and changed.
pub const SAMPLE: usize = 4_000;
/// Records after whose likeness new ones are made.
pub const TEMPLATES: usize = 400;

/// Where everything lies.
pub struct Places {
    pub dir: PathBuf,
}

impl Places {
    pub fn base(&self) -> PathBuf {
        self.dir.join("base")
    }

    pub fn ours(&self) -> PathBuf {
        self.dir.join("ours")
    }

    pub fn bare(&self) -> PathBuf {
        self.dir.join("bare")
    }

    /// The devices with people at work on them.
    pub fn office(&self) -> PathBuf {
        self.dir.join("office")
    }

    pub fn log(&self) -> PathBuf {
        self.dir.join("log.txt")
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The base is made when it is not there or of another size. Answers the bearer token.
    pub fn prepare(&self, devices: usize) -> anyhow::Result<String> {
        fs::create_dir_all(&self.dir)?;
        let size = self.dir.join("devices");
        let made = fs::read_to_string(&size)
            .ok()
            .and_then(|text| text.trim().parse().ok());
        if made != Some(devices) {
            for folder in [self.base(), self.ours(), self.bare()] {
                if folder.exists() {
                    fs::remove_dir_all(&folder)?;
                }
            }
            let base = self.base();
            let data = [OsStr::new("--data"), base.as_os_str()];
            let count = devices.to_string();
            self.run(&["init", "--unit", PROVINCE], data)?;
            self.run(&["generate", "--devices", &count, "--seed", SEED], data)?;
            self.run(
                &["user", "add", LOGIN, "--role", ROLE, "--unit", PROVINCE],
                data,
            )?;
            fs::write(&size, count)?;
        }
        let base = self.base();
        if made == Some(devices) {
            // Made by an earlier program, perhaps.
            self.run(&["migrate"], [OsStr::new("--data"), base.as_os_str()])?;
        }
        // Tokens end, data are kept: each run has a token of its own.
        let token = self.run(
            &["token", LOGIN, "--days", "1"],
            [OsStr::new("--data"), base.as_os_str()],
        )?;
        Ok(token.trim().to_owned())
    }

    /// Both sides begin with the same bytes.
    pub fn copy(&self) -> anyhow::Result<()> {
        for to in [self.ours(), self.bare()] {
            if to.exists() {
                fs::remove_dir_all(&to)?;
            }
            copy_folder(&self.base(), &to)?;
        }
        Ok(())
    }

    /// Runs a command of this program; answers what it printed.
    pub fn run(&self, words: &[&str], data: [&OsStr; 2]) -> anyhow::Result<String> {
        let program = std::env::current_exe()?;
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log())?;
        let done = Command::new(program)
            .args(words)
            .args(data)
            .stdin(Stdio::null())
            .stderr(log)
            .output()
            .with_context(|| format!("jinzhi {} did not start", words.join(" ")))?;
        if !done.status.success() {
            let log = self.log();
            bail!(
                "jinzhi {} did not do its work, see {}",
                words.join(" "),
                log.display()
            );
        }
        Ok(String::from_utf8(done.stdout)?)
    }

    /// Runs a command of this program that is measured.
    pub fn measured(&self, words: &[&OsStr]) -> anyhow::Result<super::child::Used> {
        let used = Process::start(words, &self.log(), Stdio::null())?.finish()?;
        ensure!(
            used.ok,
            "a measured command did not do its work, see {}",
            self.log().display()
        );
        Ok(used)
    }
}

/// A copy that nothing else has touched.
pub fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("could not copy to {}", target.display()))?;
        }
    }
    Ok(())
}

/// Samples the data: rows as they lie, and the same records as the API gives them.
pub fn material(
    dir: &Path,
    at: std::net::SocketAddr,
    token: &str,
    catalogue: &Catalogue,
) -> anyhow::Result<Material> {
    let rows = bare::sample(dir, SAMPLE)?;
    ensure!(
        !rows.is_empty(),
        "there are no devices in use to measure with"
    );
    let def = catalogue.register(REGISTER).map(|ix| catalogue.at(ix));
    let def = def.with_context(|| format!("no register {REGISTER}"))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let fields = runtime.block_on(async {
        let mut client = Client::connect(at, token).await?;
        let mut fields = Vec::new();
        for row in rows.iter().take(TEMPLATES) {
            let request = Request::get(format!("/api/{REGISTER}/{}", Id(row.id)));
            let (status, body) = client.ask(&request).await?;
            ensure!(status == 200, "{} answers {status}", request.target);
            fields.push(sendable(def, serde_json::from_slice(body)?));
        }
        anyhow::Ok(fields)
    })?;
    Material::new(rows, fields)
}

/// What of a record can be sent as that of a new one. Personal values are left out: the bare side
/// seals nothing.
fn sendable(def: &Register, record: Json) -> Map<String, Json> {
    let may = |name: &str| {
        let field = def.field(name).map(|ix| def.get(ix));
        field.is_some_and(|f| f.typed() && !f.hidden && !f.fixed && !f.sealed())
    };
    let Some(Json::Object(fields)) = record.get("fields").cloned() else {
        return Map::new();
    };
    let plain = |value: &Json| !matches!(value, Json::Null | Json::Array(_));
    fields
        .into_iter()
        .filter(|(name, value)| may(name) && plain(value))
        .collect()
}

/// Writes a sheet of new devices after the likeness of those of the sample, with the columns that
/// any of them fills. Firms stand with their number, as in a sheet from outside.
pub fn sheet(material: &Material, dir: &Path, rows: usize, to: &Path) -> anyhow::Result<()> {
    let mut columns: Vec<&String> = Vec::new();
    for (name, value) in material.fields.iter().flatten() {
        if !columns.contains(&name) && !value.is_object() && !is_other_ref(name, value) {
            columns.push(name);
        }
    }
    let mut firms = std::collections::HashMap::new();
    let mut csv = csv::Writer::from_path(to)?;
    let names = columns.iter().map(|name| name.as_str()).chain(["state"]);
    csv.write_record(names)?;
    for nth in 0..rows {
        let fields = &material.fields[nth % material.fields.len()];
        let row = &material.rows[nth % material.fields.len()];
        for name in &columns {
            let text = match fields.get(*name) {
                None | Some(Json::Null) => String::new(),
                Some(Json::Bool(yes)) => if *yes { "是" } else { "否" }.to_owned(),
                Some(Json::String(text)) if *name == "code" => material.code(text),
                Some(Json::String(_)) if FIRM_COLUMNS.contains(&name.as_str()) => {
                    let id = row
                        .columns
                        .get(*name)
                        .and_then(Json::as_i64)
                        .unwrap_or_default();
                    let firm = firms.entry(id).or_insert_with(|| bare::firm_code(dir, id));
                    let firm = firm
                        .as_ref()
                        .map_err(|error| anyhow::anyhow!("{error:#}"))?;
                    firm.clone().unwrap_or_default()
                }
                Some(Json::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            };
            csv.write_field(text)?;
        }
        csv.write_field("in_use")?;
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()?;
    Ok(())
}

/// Refs to others than firms are left out of sheets; the bare side looks up firms only.
fn is_other_ref(name: &str, value: &Json) -> bool {
    let is_id = value
        .as_str()
        .is_some_and(|text| text.len() == 13 && text.parse::<Id>().is_ok());
    is_id && !FIRM_COLUMNS.contains(&name) && name.ends_with("body")
}

/// How many devices a directory holds.
pub fn devices(dir: &Path) -> anyhow::Result<u64> {
    bare::devices(dir)
}
