//! Files of an import while it runs: what was uploaded, and the copy of the rows that were wrong.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use kernel::{Id, Reason};
use speech::said;

use super::jobs::lock;
use crate::{No, Outcome};

/// Largest file a page takes; larger ones go by the command line.
const UPLOAD_BYTES_MAX: u64 = 100 << 20;
/// Largest copy of wrong rows that is kept for download.
const WRONG_BYTES_MAX: usize = 64 << 20;

/// An uploaded file while it is read. The name goes as soon as the file is open, so that a crash
/// leaves nothing behind; the store sweeps what was only half received.
pub(super) struct Draft {
    pub path: PathBuf,
}

impl Draft {
    pub fn receive(dir: &Path, id: Id, content: &mut dyn Read) -> Outcome<Draft> {
        let draft = Draft {
            path: dir.join("files").join(format!("incoming-import-{id}")),
        };
        let mut file = private(&draft.path)?;
        let copied = io::copy(&mut content.take(UPLOAD_BYTES_MAX + 1), &mut file)?;
        if copied > UPLOAD_BYTES_MAX {
            let mb = UPLOAD_BYTES_MAX >> 20;
            let message = said!(
                "文件超过 {mb} MB，请拆成几个，或用命令行 jinzhi import 导入"
                    / "The file has more than {mb} MB; split it, or use the command jinzhi import"
            );
            return Err(No::refuse(Reason::TooLarge, message));
        }
        Ok(draft)
    }

    pub fn unlink(&self) {
        // Where an open file cannot be unlinked it goes when the import has ended.
        let _ = fs::remove_file(&self.path);
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.unlink();
    }
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The copy of wrong rows in memory until it is sealed.
#[derive(Clone, Default)]
pub(super) struct Copy(pub Arc<Mutex<Held>>);

pub(super) enum Held {
    Bytes(Vec<u8>),
    TooMuch,
}

impl Default for Held {
    fn default() -> Held {
        Held::Bytes(Vec::new())
    }
}

impl Write for Copy {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = lock(&self.0);
        if let Held::Bytes(kept) = &mut *held {
            match kept.len() + bytes.len() > WRONG_BYTES_MAX {
                true => *held = Held::TooMuch,
                false => kept.extend_from_slice(bytes),
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
