//! `jinzhi init`: an empty data directory with its founding unit and one system administrator.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use app::{Clock as _, NewAccount, NewUnit, SystemClock};
use codes::divisions::{self, Level};
use kernel::{Actor, Id, Profile};
use store::{Founding, Seal, Store};

use crate::cli::{Cipher, Init};
use crate::config::{self, Config, Overrides};
use crate::data::{House, Lock, make_private_dir, private_file};
use crate::definitions::Sources;
use crate::keys;
use crate::samples;
use crate::say::{Done, line, no, told};

pub fn run(ask: &Init, sources: &Sources) -> anyhow::Result<Done> {
    let founder = Founder {
        unit: &ask.unit,
        instance: ask.instance,
        admin: &ask.admin,
        seal: seal(ask.cipher),
        demo: false,
        profile: super::profile::of(ask.profile),
    };
    let dir = &ask.place.data;
    let (house, _) = founder.found(dir, sources)?;
    let token = house.app.invite(&ask.admin).map_err(no)?;
    let config = Config::read(dir, &Overrides::of_process(Vec::new()))?;
    line(format!("已建成数据目录 {}", dir.display()));
    line(super::profile::said(super::profile::of(ask.profile)));
    line(format!("启动服务：jinzhi serve --data {}", dir.display()));
    line(format!(
        "系统管理员 {} 的一次性登录链接（24 小时内有效，服务启动后打开）：",
        ask.admin
    ));
    line(format!("{}/login/{token}", config.shown_url()));
    line(format!(
        "请把 {} 另行备份，与数据库分开存放",
        dir.join("keys").display()
    ));
    Ok(Done::Yes)
}

/// What a data directory is founded with.
pub struct Founder<'a> {
    pub unit: &'a str,
    pub instance: u8,
    pub admin: &'a str,
    pub seal: Seal,
    pub demo: bool,
    pub profile: Profile,
}

impl Founder<'_> {
    /// Makes the directory; answers the house and its unit.
    pub fn found(&self, dir: &Path, sources: &Sources) -> anyhow::Result<(House, Id)> {
        let title = self.title()?;
        let division = self
            .unit
            .parse()
            .with_context(|| format!("区划代码 {} 不对", self.unit))?;
        is_empty(dir)?;
        let (catalogue, hooks) = sources.with_data(dir).catalogue()?;
        make_private_dir(dir).with_context(|| format!("建不了 {}", dir.display()))?;
        let lock = Lock::take(dir)?;
        let founding = Founding {
            division,
            instance: self.instance,
            at: SystemClock.now(),
            seal: self.seal,
        };
        let store = Store::create(dir, founding, Arc::clone(&catalogue))
            .with_context(|| format!("建不了数据目录 {}", dir.display()))?;
        keys::make_ledger(dir)?;
        let path = dir.join(config::FILE);
        private_file(&path)
            .and_then(|mut file| file.write_all(config::template(self.demo).as_bytes()))
            .with_context(|| format!("写不了 {}", path.display()))?;
        let house = House::of(store, catalogue, hooks, Some(lock))?;
        house
            .app
            .set_profile(&Actor::operator(), self.profile, "建立数据目录时选定")
            .map_err(no)?;
        let areas = [self.unit.to_owned()];
        let unit = NewUnit {
            code: self.unit,
            title: &title,
            kind: kind_of(self.unit),
            parent: None,
            areas: &areas,
        };
        let unit = house.app.add_unit(&Actor::operator(), &unit).map_err(no)?;
        let admin = NewAccount {
            login: self.admin,
            name: "系统管理员",
            role: "sys_admin",
            unit,
            subject: None,
        };
        house
            .app
            .add_account(&Actor::operator(), &admin)
            .map_err(no)?;
        // A directory that was not finished is made anew: one wait for the disk is enough.
        let standing = || samples::enter(&house, samples::Which::Standing);
        house.store.in_haste(standing)??;
        Ok((house, unit))
    }

    fn title(&self) -> anyhow::Result<String> {
        let known = divisions::get(self.unit).filter(|_| self.unit.len() == 6);
        let Some(division) = known else {
            return Err(told(format!(
                "没有区划代码 {}，请填六位的省、市、县代码",
                self.unit
            )));
        };
        let name = match division.level() {
            Level::Province => division.name.to_owned(),
            _ => {
                let full = divisions::full_name(self.unit).unwrap_or_default();
                let province = divisions::path(self.unit).first().map_or("", |d| d.name);
                full.strip_prefix(province).unwrap_or(&full).to_owned()
            }
        };
        Ok(format!("{name}市场监督管理局"))
    }
}

pub fn seal(cipher: Cipher) -> Seal {
    match cipher {
        Cipher::Sm4 => Seal::Sm4,
        Cipher::Aes => Seal::Aes,
    }
}

fn kind_of(code: &str) -> &'static str {
    match divisions::get(code).map(|d| (d.level(), d.is_zone())) {
        Some((Level::Province, _)) => "province",
        Some((Level::Prefecture, _)) => "city",
        Some((_, true)) => "zone",
        _ => "county",
    }
}

/// An overlay and a configuration may lie there already; anything else is somebody's.
fn is_empty(dir: &Path) -> anyhow::Result<()> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("读不了 {}", dir.display())),
    };
    for entry in entries {
        let entry = entry.with_context(|| format!("读不了 {}", dir.display()))?;
        let name = entry.file_name();
        if name != crate::definitions::OVERLAY {
            return Err(told(format!(
                "{} 不是空目录（里面有 {}），请换一个目录",
                dir.display(),
                name.display()
            )));
        }
    }
    Ok(())
}
