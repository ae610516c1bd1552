//! How strangers apply for an account (`[enrol]`): the records of the register are their applications.

use super::FieldIx;

/// What of an application becomes an account, and when.
#[derive(Clone, Debug)]
pub struct Enrol {
    /// Known by this code. Several may apply for one; whoever confirms sees them side by side.
    pub code: FieldIx,
    /// Ref to whom the account will be bound.
    pub subject: FieldIx,
    /// Name of the person.
    pub name: FieldIx,
    /// The login that is wished for.
    pub login: FieldIx,
    /// Hash of the password, until the account has it.
    pub password: FieldIx,
    /// The login as it was opened.
    pub opened: FieldIx,
    /// What the page asks, in order.
    pub asked: Vec<FieldIx>,
    /// Division that whoever confirms chooses; begun with the one that the subject's address names.
    pub place: Option<FieldIx>,
    /// Role of the account.
    pub role: String,
    /// Actions with which the account is opened.
    pub opens: Vec<String>,
    /// The program's own action on the others for a code, when one of them is confirmed; its label is the
    /// reason that their applicants read.
    pub outdo: String,
    /// The program's own action on an application that nobody attended to.
    pub expire: String,
    /// Param with the days after which it is taken.
    pub after: usize,
}
