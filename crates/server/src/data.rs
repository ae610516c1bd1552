//! A data directory in use: locked by who writes, opened with the definitions it was made for.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use app::{App, SystemClock};
use catalogue::Catalogue;
use kernel::{Hooks, RegisterIx};
use store::{Options, Store};

use crate::definitions::{Sources, broken_flows};
use crate::say::{no, stopped, told};

const LOCK: &str = "lock";

/// The house over one data directory.
pub struct House {
    pub app: App,
    pub store: Store,
    pub catalogue: Arc<Catalogue>,
    pub hooks: Hooks,
    pub dir: PathBuf,
    /// Held as long as the house stands, by whoever may write.
    lock: Option<Lock>,
}

/// Nobody else may write to the directory while this lives. What a process keeps in memory (places,
/// people, ids in hand) would go stale beside another writer.
pub struct Lock {
    /// The lock ends when the file is closed.
    _file: File,
}

impl Lock {
    pub fn take(dir: &Path) -> anyhow::Result<Lock> {
        let path = dir.join(LOCK);
        let file =
            private_file(&path).with_context(|| format!("锁文件打不开 {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(told(format!(
                "{} 正在由另一个 jinzhi 使用，请先停止服务，或在网页上办理",
                dir.display()
            ))),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("锁不住 {}", path.display()))
            }
        }
    }
}

impl House {
    /// For commands that write, and for the server.
    pub fn to_write(dir: &Path, sources: &Sources) -> anyhow::Result<House> {
        is_made(dir)?;
        let lock = Lock::take(dir)?;
        House::open(dir, sources, Some(lock))
    }

    /// For the one command that moves matters off a flow which the definitions no longer understand:
    /// everybody else is refused until that is done.
    pub fn to_move_flows(dir: &Path, sources: &Sources) -> anyhow::Result<House> {
        is_made(dir)?;
        let lock = Lock::take(dir)?;
        let (catalogue, hooks) = sources.catalogue_over(dir)?;
        House::open_by(dir, (catalogue, hooks), Some(lock))
    }

    /// For commands that may run beside a running server: they read, or add one thing (an account, a
    /// link, a token, a signed head) that the server does not keep in memory.
    pub fn beside(dir: &Path, sources: &Sources) -> anyhow::Result<House> {
        is_made(dir)?;
        House::open(dir, sources, None)
    }

    fn open(dir: &Path, sources: &Sources, lock: Option<Lock>) -> anyhow::Result<House> {
        let (catalogue, hooks) = sources.catalogue_over(dir)?;
        let broken = broken_flows(&catalogue);
        if !broken.is_empty() {
            return Err(told(format!(
                "{}\n请恢复定义里缺少的内容，或者把这些办件转到现行流程：jinzhi flow move 登记簿 --from 版本 --reason 理由 --data {}",
                broken.join("\n"),
                dir.display()
            )));
        }
        House::open_by(dir, (catalogue, hooks), lock)
    }

    fn open_by(
        dir: &Path,
        (catalogue, hooks): (Arc<Catalogue>, Hooks),
        lock: Option<Lock>,
    ) -> anyhow::Result<House> {
        let store = match Store::open(dir, Options::default(), catalogue.clone()) {
            Ok(store) => store,
            Err(store::Error::NeedsMigration(migration)) => {
                return Err(told(format!(
                    "定义已经改变，请先迁移：jinzhi migrate --data {}\n{migration}",
                    dir.display()
                )));
            }
            Err(store::Error::Newer { found, known }) => {
                return Err(told(format!(
                    "数据目录是更新的程序写的（格式 {found}，本程序只认到 {known}），请换用新程序"
                )));
            }
            Err(error) => {
                if let Some(told) = stopped(&error) {
                    return Err(told);
                }
                return Err(error).with_context(|| format!("数据目录打不开 {}", dir.display()));
            }
        };
        House::of(store, catalogue, hooks, lock)
    }

    /// Over a store that is open already.
    pub fn of(
        store: Store,
        catalogue: Arc<Catalogue>,
        hooks: Hooks,
        lock: Option<Lock>,
    ) -> anyhow::Result<House> {
        let clock = Arc::new(SystemClock);
        let app = App::new(store.clone(), catalogue.clone(), hooks.clone(), clock).map_err(no)?;
        if lock.is_some() {
            app.keep_flows().map_err(no)?;
        }
        let dir = store.dir().to_owned();
        Ok(House {
            app,
            store,
            catalogue,
            hooks,
            dir,
            lock,
        })
    }

    /// The same with nothing in memory: after rows were written past `app`.
    pub fn afresh(self) -> anyhow::Result<House> {
        House::of(self.store, self.catalogue, self.hooks, self.lock)
    }

    /// The register of a qualified name, or a sentence with the likely meant one.
    pub fn register(&self, name: &str) -> anyhow::Result<RegisterIx> {
        self.catalogue.register(name).ok_or_else(|| {
            let names = self
                .catalogue
                .registers
                .iter()
                .map(|register| register.name.as_str());
            let near =
                nearest(name, names).map_or_else(String::new, |near| format!("，是不是 {near}"));
            told(format!("没有登记簿“{name}”{near}"))
        })
    }
}

/// Makes the directory for its owner only: names, addresses and the history of everyone lie in it.
pub fn make_private_dir(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    #[cfg(unix)]
    fs::set_permissions(dir, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// An empty file that only its owner may read, if it is made now.
pub fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn is_made(dir: &Path) -> anyhow::Result<()> {
    if dir.join("jinzhi.db").is_file() {
        return Ok(());
    }
    let dir = dir.display();
    Err(told(format!(
        "{dir} 不是数据目录，请先运行 jinzhi init --data {dir}"
    )))
}

/// The likely meant word, if one is near enough.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR_ENOUGH: f64 = 0.75;
    let near = |other: &str| strsim::jaro_winkler(word, other);
    known
        .max_by(|a, b| near(a).total_cmp(&near(b)))
        .filter(|found| near(found) >= NEAR_ENOUGH)
}
