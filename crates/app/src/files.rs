//! Files beside records: uploaded first, named by a record afterwards, given out with the rights of
//! the record.

use std::fs::File;
use std::io::Read;

use kernel::{Actor, Datum, FileRef, Id, Reason, RegisterIx};

use crate::{App, No, Outcome, Seen};

/// Largest file taken at the door; a field may allow less.
pub const UPLOAD_BYTES_MAX: u64 = 200 * 1024 * 1024;
/// Longest file name kept.
const NAME_CHARS_MAX: usize = 120;
impl App {
    /// Takes a file in; a record names it afterwards by its hash.
    pub fn upload(&self, name: &str, mime: &str, content: &mut dyn Read) -> Outcome<FileRef> {
        let stored = self.store().put_file(content.take(UPLOAD_BYTES_MAX + 1))?;
        if stored.bytes > UPLOAD_BYTES_MAX {
            let message = format!("文件超过 {} MB", UPLOAD_BYTES_MAX / 1024 / 1024);
            return Err(No::refuse(Reason::TooLarge, message));
        }
        let file = FileRef {
            hash: stored.hash,
            name: tidy_name(name),
            bytes: stored.bytes,
            mime: mime
                .chars()
                .filter(|c| c.is_ascii_graphic())
                .take(100)
                .collect(),
        };
        self.store().keep_upload(file.clone(), self.now())?;
        Ok(file)
    }

    /// A file of a record that the person may see.
    pub fn download(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Id,
        hash: &str,
    ) -> Outcome<(FileRef, File)> {
        let (view, _) = self.record(actor, register, id, None)?;
        let file = view.fields.iter().find_map(|field| match &field.seen {
            Seen::Plain(Datum::Files(files)) => files.iter().find(|f| f.hash == hash).cloned(),
            _ => None,
        });
        let Some(file) = file else {
            return Err(No::refuse(Reason::NotFound, "没有这个文件，或者您无权查看"));
        };
        let content = self.store().file(&file.hash)?;
        Ok((file, content))
    }
}

/// The last part of the path a browser may have sent, without control characters.
fn tidy_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim().trim_start_matches('.');
    let count = clean.chars().count();
    match count {
        0 => "文件".to_owned(),
        // The ending is kept: it says what the file is.
        n if n > NAME_CHARS_MAX => clean.chars().skip(n - NAME_CHARS_MAX).collect(),
        _ => clean.to_owned(),
    }
}
