//! The key that signs heads of the ledger: `keys/ledger.key`, and beside it the public half to give
//! away.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use ledger::{KeyPair, PublicKey, from_hex, to_hex};

use crate::data::private_file;
use crate::say::told;

/// A draw outside the order of the curve comes once in 2³²; twice would be a broken source.
const DRAWS_MAX: usize = 4;

/// Makes the key of a new data directory.
pub fn make_ledger(dir: &Path) -> anyhow::Result<()> {
    for _ in 0..DRAWS_MAX {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).context("系统给不出随机数")?;
        let Ok(pair) = KeyPair::from_secret(&secret) else {
            continue;
        };
        write_private(&secret_path(dir), &format!("{}\n", to_hex(&secret)))?;
        let public = public_path(dir);
        return private_file(&public)
            .and_then(|mut file| file.write_all(pair.public().to_text().as_bytes()))
            .with_context(|| format!("写不了 {}", public.display()));
    }
    Err(told("系统给不出可用的随机数"))
}

/// The key with which heads are signed.
pub fn ledger(dir: &Path) -> anyhow::Result<KeyPair> {
    let path = secret_path(dir);
    let text =
        fs::read_to_string(&path).with_context(|| format!("签名密钥读不了 {}", path.display()))?;
    let bytes: Option<[u8; 32]> = from_hex(text.trim());
    let pair = bytes.and_then(|secret| KeyPair::from_secret(&secret).ok());
    pair.ok_or_else(|| told(format!("{} 不是签名密钥", path.display())))
}

/// The public half, as an auditor gets it.
pub fn ledger_public(dir: &Path) -> anyhow::Result<PublicKey> {
    let path = public_path(dir);
    let text =
        fs::read_to_string(&path).with_context(|| format!("公钥读不了 {}", path.display()))?;
    PublicKey::parse(&text).map_err(|_| told(format!("{} 不是公钥", path.display())))
}

fn secret_path(dir: &Path) -> PathBuf {
    dir.join("keys").join("ledger.key")
}

fn public_path(dir: &Path) -> PathBuf {
    dir.join("keys").join("ledger.pub")
}

fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    match written {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(told(format!("{} 已经存在", path.display())))
        }
        other => other.with_context(|| format!("写不了 {}", path.display())),
    }
}
