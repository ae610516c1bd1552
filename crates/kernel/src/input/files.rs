//! Files beside a record: uploaded already, of a kind and size that the field takes.

use catalogue::Field;
use speech::{Said, said};

use super::{Raw, World, short};
use crate::{Blame, Datum, FileRef};

/// What a files field takes.
pub(super) struct Limits<'a> {
    pub(super) accept: &'a [String],
    pub(super) max_mb: u32,
    pub(super) count: u32,
}

pub(super) fn files(
    world: &dyn World,
    field: &Field,
    limits: &Limits,
    raw: &Raw,
) -> Result<Datum, Vec<Blame>> {
    let label = &field.label;
    let no = |code, message: Said| Err(vec![Blame::at(&field.name, code, message)]);
    let hashes: Vec<&str> = match raw {
        Raw::Null => Vec::new(),
        Raw::Text(text) => text.split_whitespace().collect(),
        Raw::Many(many) => {
            // One that cannot be read must not count as taken away.
            let hashes: Option<Vec<&str>> = many.iter().map(hash_of).collect();
            match hashes {
                Some(hashes) => hashes
                    .into_iter()
                    .filter(|h| !h.trim().is_empty())
                    .collect(),
                None => {
                    return no(
                        "type",
                        said!("“{}”应是文件列表" / "“{}” is a list of files", label),
                    );
                }
            }
        }
        _ => {
            return no(
                "type",
                said!("“{}”应是文件列表" / "“{}” is a list of files", label),
            );
        }
    };
    if hashes.len() > limits.count as usize {
        return no(
            "length",
            said!(
                "“{}”最多 {} 个文件" / "“{}” takes at most {} files",
                label,
                limits.count
            ),
        );
    }
    let mut files = Vec::with_capacity(hashes.len());
    for hash in hashes {
        if files.iter().any(|known: &FileRef| known.hash == hash) {
            continue;
        }
        match world.file(field, hash) {
            Some(file) => {
                if let Some(message) = unfit(&file, limits) {
                    return no("file", said!("“{}”：{}" / "“{}”: {}", label, message));
                }
                files.push(file);
            }
            None => {
                return no(
                    "file",
                    said!(
                        "“{}”有一个文件不是您上传的，或者没有传完；请重新上传"
                            / "“{}”: one file was not uploaded by you or did not arrive whole; please upload it again",
                        label
                    ),
                );
            }
        }
    }
    Ok(Datum::Files(files))
}

fn hash_of(raw: &Raw) -> Option<&str> {
    match raw {
        Raw::Text(text) => Some(text.as_str()),
        Raw::Map(pairs) => pairs.iter().find_map(|(key, raw)| match raw {
            Raw::Text(text) if key == "hash" => Some(text.as_str()),
            _ => None,
        }),
        _ => None,
    }
}

/// Why a file may not stand in the field.
fn unfit(file: &FileRef, limits: &Limits) -> Option<Said> {
    let ending = file
        .name
        .rsplit_once('.')
        .map_or(String::new(), |(_, e)| e.to_lowercase());
    let ending = if ending == "jpeg" {
        "jpg".to_owned()
    } else {
        ending
    };
    if !limits.accept.is_empty() && !limits.accept.iter().any(|a| a.to_lowercase() == ending) {
        return Some(said!(
            "“{}”不是 {} 文件" / "“{}” is no {} file",
            short(&file.name),
            Said::list(limits.accept)
        ));
    }
    if file.bytes > u64::from(limits.max_mb) * 1024 * 1024 {
        return Some(said!(
            "“{}”超过 {} MB" / "“{}” has more than {} MB",
            short(&file.name),
            limits.max_mb
        ));
    }
    None
}
