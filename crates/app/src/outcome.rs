//! The two kinds of "no" a use case gives: a refusal for the person, or an error of the world.

use kernel::{Reason, Refusal};
use speech::{Said, said};

/// The world broke: logged once where it is handled, shown without detail.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the store failed")]
    Store(#[from] store::Error),
    #[error("a table could not be read or written")]
    Table(#[from] tables::Error),
    #[error("a file could not be read or written")]
    File(#[from] std::io::Error),
    #[error("the system gave no random bytes")]
    Chance,
    #[error("a password could not be hashed")]
    Password,
    #[error("{0}")]
    Broken(&'static str),
}

/// What a use case answers when it does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum No {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Broke(#[from] Error),
}

impl From<store::Error> for No {
    fn from(error: store::Error) -> No {
        match error {
            store::Error::Cursor => No::refuse(
                Reason::Invalid,
                said!(
                    "翻页位置已失效，请从第一页重新查询"
                        / "This place in the list no longer exists; please begin with the first page"
                ),
            ),
            store::Error::Question(_) => No::refuse(
                Reason::Invalid,
                said!(
                    "不能这样查询：换一种排序或者条件；看历史时点的列表时请把范围缩小到一个县"
                        / "This cannot be asked so: choose another order or filter; a list as of a day is shown for one county at most"
                ),
            ),
            error => No::Broke(error.into()),
        }
    }
}

impl From<tables::Error> for No {
    fn from(error: tables::Error) -> No {
        No::Broke(error.into())
    }
}

impl From<std::io::Error> for No {
    fn from(error: std::io::Error) -> No {
        No::Broke(error.into())
    }
}

impl No {
    pub(crate) fn refuse(reason: Reason, message: impl Into<Said>) -> No {
        No::Refused(Refusal::new(reason, message))
    }
}

pub type Outcome<T> = Result<T, No>;
