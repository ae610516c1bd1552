//! What can break below `app`, and the answers of a commit that was not applied.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::{FieldIx, Id, RegisterIx};

use crate::Migration;

/// The world broke, or the data directory is not what the program needs.
///
/// Sources are shared because one failed transaction answers every commit that was in it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    #[error("the database answered: {0}")]
    Sqlite(#[source] Arc<rusqlite::Error>),
    #[error("{what} {}", path.display())]
    File {
        what: &'static str,
        path: PathBuf,
        #[source]
        source: Arc<io::Error>,
    },
    #[error("{} holds no data; make it with `jinzhi init --data {}`", .0.display(), .0.display())]
    NoData(PathBuf),
    #[error("{} already holds data", .0.display())]
    Exists(PathBuf),
    #[error("the definitions changed; run `jinzhi migrate`: {0}")]
    NeedsMigration(Migration),
    #[error("the database was written by a newer program (format {found}, this one knows {known})")]
    Newer { found: i64, known: i64 },
    /// A field became unique, and records already share values in it; each group of them.
    #[error("{table}.{column}: records share a value: {}", in_groups(records))]
    Twice {
        table: String,
        column: String,
        records: Vec<Vec<Id>>,
    },
    #[error("ledger: {0}")]
    Ledger(#[from] ledger::LedgerError),
    #[error("damaged data: {0}")]
    Damaged(String),
    #[error("the file {0} is missing")]
    FileLost(String),
    #[error("the content of the file {0} is not what was put there")]
    FileAltered(String),
    #[error("the cursor does not belong to this list; begin at the first page")]
    Cursor,
    #[error("this cannot be asked of the store: {0}")]
    Question(String),
    #[error("the system gave no random bytes")]
    Chance,
    #[error("the writer has stopped")]
    Stopped,
}

/// `A = B; C = D`, for the operator to look up.
pub fn in_groups(records: &[Vec<Id>]) -> String {
    let group = |ids: &Vec<Id>| {
        let ids: Vec<String> = ids.iter().map(Id::to_string).collect();
        ids.join(" = ")
    };
    records.iter().map(group).collect::<Vec<_>>().join("; ")
}

impl Error {
    pub(crate) fn file(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::File {
            what,
            path: path.to_owned(),
            source: Arc::new(source),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Error {
        Error::Sqlite(Arc::new(source))
    }
}

/// Why a commit was not applied. All but `Broken` mean: read again and decide anew, or refuse.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CommitError {
    #[error("record {id} was changed since it was read")]
    Stale { register: RegisterIx, id: Id },
    #[error("record {by} already has this value")]
    Duplicate {
        register: RegisterIx,
        field: FieldIx,
        by: Id,
    },
    #[error("record {id} does not exist")]
    Gone { register: RegisterIx, id: Id },
    #[error("record {id} is referred to by other records")]
    Used { register: RegisterIx, id: Id },
    #[error("the request was already done under its key")]
    Repeated,
    #[error(transparent)]
    Broken(#[from] Error),
}

impl From<rusqlite::Error> for CommitError {
    fn from(source: rusqlite::Error) -> CommitError {
        CommitError::Broken(source.into())
    }
}
