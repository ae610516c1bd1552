//! What is done with a turn besides taking an action on the record.

use kernel::Id;

/// What is done with a turn, and with which words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TurnAct {
    /// 认领
    Claim,
    /// 放回
    Release,
    /// 转办
    Transfer { to: Id, reason: String },
    /// 委派
    Delegate { to: Id, reason: String },
    /// 答复委派
    Answer { opinion: String },
    /// 收回委派
    Recall,
    /// 加签
    AddSigner { to: Id, reason: String },
    /// 减签
    DropSigner,
    /// 催办
    Remind,
    /// 抄送
    Copy { to: Id },
    /// 已阅
    Acknowledge,
}

/// Its word alone: in paths, and where it is asked what may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TurnWord {
    Claim,
    Release,
    Transfer,
    Delegate,
    Answer,
    Recall,
    AddSigner,
    DropSigner,
    Remind,
    Copy,
    Acknowledge,
}

impl TurnWord {
    pub const ALL: [TurnWord; 11] = [
        TurnWord::Claim,
        TurnWord::Release,
        TurnWord::Transfer,
        TurnWord::Delegate,
        TurnWord::Answer,
        TurnWord::Recall,
        TurnWord::AddSigner,
        TurnWord::DropSigner,
        TurnWord::Remind,
        TurnWord::Copy,
        TurnWord::Acknowledge,
    ];

    pub fn word(self) -> &'static str {
        match self {
            TurnWord::Claim => "claim",
            TurnWord::Release => "release",
            TurnWord::Transfer => "transfer",
            TurnWord::Delegate => "delegate",
            TurnWord::Answer => "answer",
            TurnWord::Recall => "recall",
            TurnWord::AddSigner => "add_signer",
            TurnWord::DropSigner => "drop_signer",
            TurnWord::Remind => "remind",
            TurnWord::Copy => "copy",
            TurnWord::Acknowledge => "acknowledge",
        }
    }

    pub fn from_word(word: &str) -> Option<TurnWord> {
        TurnWord::ALL.into_iter().find(|known| known.word() == word)
    }

    /// Whether another person must be named.
    pub fn names_somebody(self) -> bool {
        use TurnWord::{AddSigner, Copy, Delegate, Transfer};
        matches!(self, Transfer | Delegate | AddSigner | Copy)
    }

    /// Whether a reason or an opinion must be given.
    pub fn needs_words(self) -> bool {
        use TurnWord::{AddSigner, Answer, Delegate, Transfer};
        matches!(self, Transfer | Delegate | AddSigner | Answer)
    }
}

impl TurnAct {
    /// The act of that word; `None` when it names somebody and nobody is given.
    pub fn of(word: TurnWord, to: Option<Id>, words: &str) -> Option<TurnAct> {
        let reason = words.to_owned();
        Some(match word {
            TurnWord::Claim => TurnAct::Claim,
            TurnWord::Release => TurnAct::Release,
            TurnWord::Transfer => TurnAct::Transfer { to: to?, reason },
            TurnWord::Delegate => TurnAct::Delegate { to: to?, reason },
            TurnWord::Answer => TurnAct::Answer { opinion: reason },
            TurnWord::Recall => TurnAct::Recall,
            TurnWord::AddSigner => TurnAct::AddSigner { to: to?, reason },
            TurnWord::DropSigner => TurnAct::DropSigner,
            TurnWord::Remind => TurnAct::Remind,
            TurnWord::Copy => TurnAct::Copy { to: to? },
            TurnWord::Acknowledge => TurnAct::Acknowledge,
        })
    }

    pub fn word(&self) -> TurnWord {
        match self {
            TurnAct::Claim => TurnWord::Claim,
            TurnAct::Release => TurnWord::Release,
            TurnAct::Transfer { .. } => TurnWord::Transfer,
            TurnAct::Delegate { .. } => TurnWord::Delegate,
            TurnAct::Answer { .. } => TurnWord::Answer,
            TurnAct::Recall => TurnWord::Recall,
            TurnAct::AddSigner { .. } => TurnWord::AddSigner,
            TurnAct::DropSigner => TurnWord::DropSigner,
            TurnAct::Remind => TurnWord::Remind,
            TurnAct::Copy { .. } => TurnWord::Copy,
            TurnAct::Acknowledge => TurnWord::Acknowledge,
        }
    }

    /// Whom it names.
    pub(super) fn names(&self) -> Option<Id> {
        match self {
            TurnAct::Transfer { to, .. }
            | TurnAct::Delegate { to, .. }
            | TurnAct::AddSigner { to, .. }
            | TurnAct::Copy { to } => Some(*to),
            _ => None,
        }
    }

    /// The words that go into the history.
    pub(super) fn words(&self) -> Option<&str> {
        match self {
            TurnAct::Transfer { reason, .. }
            | TurnAct::Delegate { reason, .. }
            | TurnAct::AddSigner { reason, .. } => Some(reason),
            TurnAct::Answer { opinion } => Some(opinion),
            _ => None,
        }
    }
}
