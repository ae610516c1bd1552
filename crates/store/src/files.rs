//! Files beside records: bytes under the hash of their content, on disk before the commit that
//! names them (`architecture.md` §7). Tables of imports are sealed while they are kept.

use std::fs::{self, File};
use std::io::{self, Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use expr::Id;
use sm3::{Digest as _, Sm3};

use crate::keys;
use crate::seal::{Opened, Place, Secret, open_with};
use crate::{Error, Store};

/// A file that no record names is kept so long, for forms that are still being filled in.
pub const ORPHAN_KEPT: Duration = Duration::from_secs(24 * 60 * 60);
const COPY_BYTES: usize = 64 * 1024;

/// Bytes that now lie under their hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Lower-case hex of the SM3 of what lies on disk.
    pub hash: String,
    /// Length of the content.
    pub bytes: u64,
}

impl Store {
    /// Puts content on disk, synced. Twice the same content is one file.
    pub fn put_file(&self, mut content: impl Read) -> Result<Stored, Error> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let files = self.dir().join("files");
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let draft = files.join(format!("incoming-{}-{number}", std::process::id()));
        let written = write_hashed(&draft, &mut content);
        let moved = written.and_then(|stored| {
            let path = path_of(self.dir(), &stored.hash)?;
            settle(&draft, &path)?;
            Ok(stored)
        });
        if moved.is_err() {
            // Best effort: what stays behind is swept as an orphan.
            let _ = fs::remove_file(&draft);
        }
        moved
    }

    /// Puts personal content on disk, sealed with the key of its record or job.
    pub fn put_sealed_file(&self, record: Id, content: &[u8]) -> Result<Stored, Error> {
        let key = self.key_of(record)?;
        let sealed = self.vault().seal(&key, file_place(record), content)?;
        let stored = self.put_file(sealed.as_slice())?;
        Ok(Stored {
            bytes: content.len() as u64,
            ..stored
        })
    }

    /// Opens a plain file for reading, after all of it was read once and found to be what its name
    /// says: not a byte of an altered file goes out.
    pub fn file(&self, hash: &str) -> Result<File, Error> {
        let path = path_of(self.dir(), hash)?;
        let mut file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Error::FileLost(hash.to_owned()));
            }
            opened => opened.map_err(Error::file("could not open the file", &path))?,
        };
        let broken = || Error::file("could not read the file", &path);
        if hash_of_content(&file).map_err(broken())?.hash != hash {
            return Err(Error::FileAltered(hash.to_owned()));
        }
        file.rewind().map_err(broken())?;
        Ok(file)
    }

    /// Content of a sealed file; `None` when its key was destroyed.
    pub fn sealed_file(&self, record: Id, hash: &str) -> Result<Option<Vec<u8>>, Error> {
        let key = self.read(|reader| keys::find(reader.conn(), self.vault(), record))?;
        let Some(key) = key else { return Ok(None) };
        let path = path_of(self.dir(), hash)?;
        let sealed = fs::read(&path).map_err(Error::file("could not read the file", &path))?;
        match open_with(&key, &[file_place(record)], &sealed) {
            Opened::Plain(plain) => Ok(Some(plain.to_vec())),
            Opened::Erased => Ok(None),
            Opened::Damaged => Err(Error::Damaged(format!(
                "the sealed file {hash} of record {record} does not open"
            ))),
        }
    }

    /// Removes files that no line of `file_link` and no history names, older than [`ORPHAN_KEPT`].
    /// Returns how many went.
    pub fn sweep_files(&self, now: SystemTime) -> Result<u64, Error> {
        let files = self.dir().join("files");
        let mut removed = 0;
        for path in old_files(&files, now)? {
            let known = match hash_of(&files, &path) {
                Some(hash) => self.read(|reader| reader.file_known(&hash))?,
                None => false,
            };
            if !known {
                fs::remove_file(&path).map_err(Error::file("could not remove", &path))?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    fn key_of(&self, record: Id) -> Result<Secret, Error> {
        let found = self.read(|reader| keys::find(reader.conn(), self.vault(), record))?;
        if let Some(key) = found {
            return Ok(key);
        }
        let fresh = Secret::random()?;
        let vault = self.vault_shared();
        self.house(move |conn| {
            // Someone else may have made one meanwhile.
            if let Some(key) = keys::find(conn, &vault, record)? {
                return Ok(key);
            }
            keys::put(conn, &vault, record, &fresh)?;
            Ok(fresh)
        })
    }
}

fn file_place(record: Id) -> Place<'static> {
    Place {
        table: "file",
        record: record.0,
        column: "content",
    }
}

pub(crate) fn path_of(dir: &Path, hash: &str) -> Result<PathBuf, Error> {
    if hash.len() != 64 || !hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(Error::Question(
            "a file whose name is not a hash".to_owned(),
        ));
    }
    Ok(dir.join("files").join(&hash[..2]).join(&hash[2..]))
}

fn hash_of(files: &Path, path: &Path) -> Option<String> {
    let inside = path.strip_prefix(files).ok()?;
    let hash: String = inside.iter().map(|part| part.to_string_lossy()).collect();
    (inside.iter().count() == 2 && hash.len() == 64).then_some(hash)
}

fn write_hashed(path: &Path, content: &mut impl Read) -> Result<Stored, Error> {
    let broken = || Error::file("could not write the file", path);
    let mut file = private_file(path).map_err(broken())?;
    let stored = hashed(content, |piece| file.write_all(piece)).map_err(broken())?;
    file.sync_all().map_err(broken())?;
    Ok(stored)
}

/// Hash and length of what can be read.
pub(crate) fn hash_of_content(content: impl Read) -> io::Result<Stored> {
    hashed(content, |_| Ok(()))
}

fn hashed(
    mut content: impl Read,
    mut pass_on: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<Stored> {
    let mut hasher = Sm3::new();
    let mut buffer = vec![0; COPY_BYTES];
    let mut bytes = 0;
    loop {
        let read = match content.read(&mut buffer) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
        pass_on(&buffer[..read])?;
        bytes += read as u64;
    }
    Ok(Stored {
        hash: ledger::to_hex(&hasher.finalize()),
        bytes,
    })
}

/// An empty file that only its owner may read.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Moves the file to its name and makes both directories durable.
fn settle(draft: &Path, path: &Path) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(Error::file("could not make", folder))?;
    fs::rename(draft, path).map_err(Error::file("could not name the file", path))?;
    for folder in [Some(folder), folder.parent()].into_iter().flatten() {
        sync_folder(folder)?;
    }
    Ok(())
}

#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder)
        .and_then(|f| f.sync_all())
        .map_err(Error::file("could not sync", folder))
}

/// Folders cannot be opened there; the file system keeps names durable by itself.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> Result<(), Error> {
    Ok(())
}

fn old_files(folder: &Path, now: SystemTime) -> Result<Vec<PathBuf>, Error> {
    let broken = || Error::file("could not look through", folder);
    let mut old = Vec::new();
    for entry in fs::read_dir(folder).map_err(broken())? {
        let path = entry.map_err(broken())?.path();
        let about = fs::metadata(&path).map_err(broken())?;
        if about.is_dir() {
            old.extend(old_files(&path, now)?);
            continue;
        }
        let changed = about.modified().map_err(broken())?;
        if now
            .duration_since(changed)
            .is_ok_and(|age| age > ORPHAN_KEPT)
        {
            old.push(path);
        }
    }
    Ok(old)
}
