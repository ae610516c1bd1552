//! Sealing of personal and secret values, so that destroying one key makes a person's values
//! unreadable everywhere while the ledger still verifies (个人信息保护法 第47条、第51条).
//!
//! Each record has a key of its own, kept in `keys` and wrapped by the master key in
//! `keys/seal.key`. A sealed value is one byte of method, four that tell which key it was sealed
//! with, a nonce, and the ciphertext with its tag; table, record and column are bound in, so that a
//! sealed value cannot be moved to another place. A record that was erased and later gets personal
//! values again has a new key; the old values do not bear its name and stay unreadable.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::OnceLock;

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, KeyInit, Nonce};
use hmac::{Hmac, Mac as _};
use sm3::Sm3;
use sm4::Sm4;
use zeroize::Zeroizing;

use crate::Error;

const NONCE_BYTES: usize = 12;
const KEY_NAME_BYTES: usize = 4;
const KEY_BYTES: usize = 32;
const SM4_KEY_BYTES: usize = 16;

/// Which cipher seals new values; old ones say themselves how they were sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seal {
    /// AES-256-GCM.
    #[default]
    Aes,
    /// SM4-GCM (GB/T 32907), where the profile asks for national algorithms.
    Sm4,
}

impl Seal {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Seal::Aes => "aes",
            Seal::Sm4 => "sm4",
        }
    }

    pub(crate) fn from_word(word: &str) -> Seal {
        if word == "sm4" { Seal::Sm4 } else { Seal::Aes }
    }

    fn method(self) -> u8 {
        match self {
            Seal::Aes => 1,
            Seal::Sm4 => 2,
        }
    }
}

/// The keys of the directory.
pub(crate) struct Vault {
    seal: Seal,
    master: Secret,
    hash: Secret,
}

/// Key of one record, or of the house itself.
#[derive(Clone)]
pub(crate) struct Secret {
    bytes: Zeroizing<[u8; KEY_BYTES]>,
    /// Worked out once: each value names its key, and an export opens half a million of them.
    name: OnceLock<[u8; KEY_NAME_BYTES]>,
}

/// Where a sealed value stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub table: &'a str,
    pub record: i64,
    pub column: &'a str,
}

impl Place<'_> {
    fn bytes(&self) -> Vec<u8> {
        format!("{}|{}|{}", self.table, self.record, self.column).into_bytes()
    }
}

impl Vault {
    /// Makes `keys/seal.key` and `keys/hash.key`, readable only by their owner.
    pub fn create(dir: &Path, seal: Seal) -> Result<Vault, Error> {
        let keys = dir.join("keys");
        fs::create_dir_all(&keys).map_err(Error::file("could not make", &keys))?;
        private(&keys, 0o700)?;
        let master = Secret::random()?;
        let hash = Secret::random()?;
        write_key(&keys.join("seal.key"), &master)?;
        write_key(&keys.join("hash.key"), &hash)?;
        File::open(&keys)
            .and_then(|f| f.sync_all())
            .map_err(Error::file("could not sync", &keys))?;
        Ok(Vault { seal, master, hash })
    }

    pub fn open(dir: &Path, seal: Seal) -> Result<Vault, Error> {
        let keys = dir.join("keys");
        let master = read_key(&keys.join("seal.key"))?;
        let hash = read_key(&keys.join("hash.key"))?;
        Ok(Vault { seal, master, hash })
    }

    /// The record's key as `keys` keeps it.
    pub fn wrap(&self, record: i64, key: &Secret) -> Result<Vec<u8>, Error> {
        let place = Place {
            table: "keys",
            record,
            column: "key",
        };
        seal_with(self.seal, &self.master, place, &key.bytes[..])
    }

    pub fn unwrap(&self, record: i64, wrapped: &[u8]) -> Result<Secret, Error> {
        let place = Place {
            table: "keys",
            record,
            column: "key",
        };
        let plain = open_with(&self.master, &[place], wrapped)
            .plain()
            .ok_or_else(|| Error::Damaged(format!("key of record {record} cannot be unwrapped")))?;
        let bytes = plain.as_slice().try_into();
        let bytes = bytes.map_err(|_| Error::Damaged(format!("key of record {record}")))?;
        Ok(Secret::new(Zeroizing::new(bytes)))
    }

    pub fn seal(&self, key: &Secret, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, Error> {
        seal_with(self.seal, key, place, plain)
    }

    /// Seals what belongs to no record: drafts and posted filters.
    pub fn seal_house(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, Error> {
        seal_with(self.seal, &self.master, place, plain)
    }

    pub fn open_house(&self, place: Place<'_>, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        open_with(&self.master, &[place], sealed).plain()
    }

    /// Keyed hash for exact search and uniqueness. Without the key it tells nothing, and numbers of
    /// few digits cannot be tried out.
    pub fn keyed_hash(&self, normal: &str) -> [u8; 32] {
        mac(&self.hash, b"value", normal.as_bytes())
    }

    /// Keeps cursors from being forged.
    pub fn cursor_mac(&self, bytes: &[u8]) -> [u8; 32] {
        mac(&self.hash, b"cursor", bytes)
    }
}

impl Secret {
    fn new(bytes: Zeroizing<[u8; KEY_BYTES]>) -> Secret {
        Secret {
            bytes,
            name: OnceLock::new(),
        }
    }

    pub fn random() -> Result<Secret, Error> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(&mut bytes[..]).map_err(|_| Error::Chance)?;
        Ok(Secret::new(bytes))
    }

    /// Tells keys apart without telling anything of them.
    fn name(&self) -> [u8; KEY_NAME_BYTES] {
        *self.name.get_or_init(|| {
            let name = mac(self, b"name", &[]);
            *name.first_chunk().expect("a hash is longer than a name")
        })
    }
}

/// What became of a sealed value.
pub(crate) enum Opened {
    Plain(Zeroizing<Vec<u8>>),
    /// Sealed with another key, which was destroyed.
    Erased,
    /// Altered, or moved here from another place.
    Damaged,
}

impl Opened {
    pub fn plain(self) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Opened::Plain(plain) => Some(plain),
            Opened::Erased | Opened::Damaged => None,
        }
    }
}

/// Opens a sealed value; the column may have been renamed since, so several places are tried.
pub(crate) fn open_with(key: &Secret, places: &[Place<'_>], sealed: &[u8]) -> Opened {
    let Some((method, nonce, cipher)) = parts(sealed) else {
        return Opened::Damaged;
    };
    if sealed[1..1 + KEY_NAME_BYTES] != key.name() {
        return Opened::Erased;
    }
    let plain = places.iter().find_map(|place| {
        let aad = place.bytes();
        let payload = Payload {
            msg: cipher,
            aad: &aad,
        };
        let plain = match method {
            1 => aes(key).decrypt(&nonce, payload),
            2 => sm4(key).decrypt(&nonce, payload),
            _ => return None,
        };
        plain.ok().map(Zeroizing::new)
    });
    plain.map_or(Opened::Damaged, Opened::Plain)
}

/// Method, nonce and ciphertext.
fn parts(sealed: &[u8]) -> Option<(u8, Nonce<U12>, &[u8])> {
    let (head, rest) = sealed.split_at_checked(1 + KEY_NAME_BYTES)?;
    let (nonce, cipher) = rest.split_at_checked(NONCE_BYTES)?;
    Some((head[0], Nonce::<U12>::try_from(nonce).ok()?, cipher))
}

fn seal_with(seal: Seal, key: &Secret, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, Error> {
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(|_| Error::Chance)?;
    let aad = place.bytes();
    let payload = Payload {
        msg: plain,
        aad: &aad,
    };
    let sealed = match seal {
        Seal::Aes => aes(key).encrypt(&nonce.into(), payload),
        Seal::Sm4 => sm4(key).encrypt(&nonce.into(), payload),
    };
    let sealed = sealed.map_err(|_| Error::Damaged("a value is too long to seal".to_owned()))?;
    let mut bytes = vec![seal.method()];
    bytes.extend(key.name());
    bytes.extend(nonce);
    bytes.extend(sealed);
    Ok(bytes)
}

fn aes(key: &Secret) -> AesGcm<Aes256, U12> {
    AesGcm::new((&*key.bytes).into())
}

fn sm4(key: &Secret) -> AesGcm<Sm4, U12> {
    let half: &[u8; SM4_KEY_BYTES] = key
        .bytes
        .first_chunk()
        .expect("keys are longer than SM4 needs");
    AesGcm::new(half.into())
}

fn mac(key: &Secret, purpose: &[u8], bytes: &[u8]) -> [u8; 32] {
    let mut mac =
        Hmac::<Sm3>::new_from_slice(&key.bytes[..]).expect("HMAC takes keys of any length");
    mac.update(purpose);
    mac.update(&[0]);
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

fn write_key(path: &Path, key: &Secret) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .map_err(Error::file("could not make", path))?;
    file.write_all(ledger::to_hex(&key.bytes[..]).as_bytes())
        .and_then(|()| file.write_all(b"\n"))
        .and_then(|()| file.sync_all())
        .map_err(Error::file("could not write", path))
}

fn read_key(path: &Path) -> Result<Secret, Error> {
    let text = fs::read_to_string(path).map_err(Error::file("could not read the key", path))?;
    let text = Zeroizing::new(text);
    let bytes = ledger::from_hex(text.trim());
    bytes
        .map(|bytes| Secret::new(Zeroizing::new(bytes)))
        .ok_or_else(|| Error::Damaged(format!("{} does not hold 64 hex digits", path.display())))
}

#[cfg(unix)]
pub(crate) fn private(path: &Path, mode: u32) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(Error::file("could not protect", path))
}

#[cfg(not(unix))]
pub(crate) fn private(_: &Path, _: u32) -> Result<(), Error> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_opens_only_with_its_key_at_its_place() {
        let dir = tempfile::tempdir().unwrap();
        for (n, seal) in [Seal::Aes, Seal::Sm4].into_iter().enumerate() {
            let dir = dir.path().join(n.to_string());
            let vault = Vault::create(&dir, seal).unwrap();
            let key = Secret::random().unwrap();
            let place = Place {
                table: "t",
                record: 1,
                column: "name",
            };
            let sealed = vault.seal(&key, place, "张三".as_bytes()).unwrap();
            assert_eq!(
                &open_with(&key, &[place], &sealed).plain().unwrap()[..],
                "张三".as_bytes()
            );
            for other in [
                Place {
                    table: "u",
                    ..place
                },
                Place { record: 2, ..place },
                Place {
                    column: "phone",
                    ..place
                },
            ] {
                assert!(matches!(
                    open_with(&key, &[other], &sealed),
                    Opened::Damaged
                ));
                assert!(open_with(&key, &[other, place], &sealed).plain().is_some());
            }
            let other = open_with(&Secret::random().unwrap(), &[place], &sealed);
            assert!(matches!(other, Opened::Erased));
            for byte in 0..sealed.len() {
                let mut forged = sealed.clone();
                forged[byte] ^= 1;
                assert!(
                    open_with(&key, &[place], &forged).plain().is_none(),
                    "byte {byte}"
                );
            }
            let wrapped = vault.wrap(1, &key).unwrap();
            let again = Vault::open(&dir, seal).unwrap();
            let unwrapped = again.unwrap(1, &wrapped).unwrap();
            assert_eq!(unwrapped.bytes, key.bytes);
            assert!(again.unwrap(2, &wrapped).is_err());
            assert_eq!(again.keyed_hash("138"), vault.keyed_hash("138"));
            assert_ne!(vault.keyed_hash("138"), vault.keyed_hash("139"));
        }
    }

    #[cfg(unix)]
    #[test]
    fn keys_are_readable_by_their_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        Vault::create(dir.path(), Seal::Aes).unwrap();
        for (file, mode) in [
            ("keys", 0o700),
            ("keys/seal.key", 0o600),
            ("keys/hash.key", 0o600),
        ] {
            let found = fs::metadata(dir.path().join(file))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(found & 0o777, mode, "{file}");
        }
    }
}
