//! Files beside records: uploaded first, named by a record afterwards, given out with the rights of
//! the record.

mod content;

use std::fs::File;
use std::io::Read;

use kernel::{Actor, Blame, Datum, FileRef, Id, Power, Reason, Refusal, Register, RegisterIx};
use speech::said;

use crate::{App, No, Outcome, Seen};

/// Largest file taken at the door; a field may allow less.
pub const UPLOAD_BYTES_MAX: u64 = 200 * 1024 * 1024;
/// Longest file name kept.
const NAME_CHARS_MAX: usize = 120;
impl App {
    /// Takes a file in; a record of the same person names it afterwards by its hash.
    pub fn upload(
        &self,
        actor: &Actor,
        name: &str,
        mime: &str,
        content: &mut dyn Read,
    ) -> Outcome<FileRef> {
        if actor.power == Power::Public {
            return Err(No::refuse(
                Reason::Unauthorised,
                said!("请先登录再上传文件" / "Please sign in before uploading a file"),
            ));
        }
        let head = content::head(content)?;
        if !content::may_be(mime, &head) {
            return Err(not_what_it_says(&tidy_name(name)).into());
        }
        let whole = head.as_slice().chain(content);
        let stored = self.store().put_file(whole.take(UPLOAD_BYTES_MAX + 1))?;
        if stored.bytes > UPLOAD_BYTES_MAX {
            let message = said!(
                "文件超过 {} MB" / "The file has more than {} MB",
                UPLOAD_BYTES_MAX / 1024 / 1024
            );
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
        self.store()
            .keep_upload(actor.account, file.clone(), self.now())?;
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
            return Err(No::refuse(
                Reason::NotFound,
                said!(
                    "没有这个文件，或者您无权查看"
                        / "There is no such file, or it is not yours to see"
                ),
            ));
        };
        let content = self.store().file(&file.hash);
        let content = content.map_err(|error| damaged(error, self.catalogue().at(register), id))?;
        Ok((file, content))
    }
}

fn not_what_it_says(name: &str) -> Refusal {
    let message = said!(
        "“{name}”的内容不是它的名称所说的那种文件；请用原来的照片或者文件，改名不能改变文件的格式"
            / "The content of “{name}” is not the kind of file its name says; please use the original photograph or file, since renaming does not change the format"
    );
    Refusal::invalid(vec![Blame::at("file", "accept", message)])
}

/// An attachment that is not there, or not what was uploaded, is a matter for the administrator;
/// whoever asked for it is told, and gets nothing of it.
fn damaged(error: store::Error, register: &Register, id: Id) -> No {
    let message = match &error {
        store::Error::FileLost(_) => said!(
            "这个附件的文件不见了；请告诉系统管理员，用 jinzhi ledger verify 核对并从备份恢复"
                / "The file of this attachment is missing; please tell the administrator, who checks with jinzhi ledger verify and restores it from a backup"
        ),
        store::Error::FileAltered(_) => said!(
            "这个附件的内容与上传时不一致，没有给出；请告诉系统管理员，用 jinzhi ledger verify 核对并从备份恢复"
                / "The content of this attachment is not what was uploaded and is not given out; please tell the administrator, who checks with jinzhi ledger verify and restores it from a backup"
        ),
        _ => return error.into(),
    };
    tracing::error!(register = %register.name, record.id = %id, error = &error as &dyn std::error::Error, "An attachment is not what was uploaded");
    No::refuse(Reason::Damaged, message)
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

/// The type by the ending: what the sender says is not believed.
pub fn mime_of(ending: &str) -> &'static str {
    match ending {
        "pdf" => "application/pdf",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "mp4" => "video/mp4",
        "csv" => "text/csv",
        "txt" => "text/plain",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "ofd" => "application/ofd",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}
