//! What an overlay may do with each attribute of what is defined.

/// How an attribute may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Words for people, order of the form.
    Free,
    /// Neither added nor changed.
    Same,
    /// Added where the definition has none, never changed.
    New,
    /// Only to `true`.
    OnlyTrue,
    /// To `true`; back to `false` only where the field is not locked.
    Required,
    /// Free where the field is not locked.
    Unlocked,
    /// Only downwards; the number is what holds where nothing is written.
    AtMost(Option<i64>),
    /// Only upwards.
    AtLeast,
    /// Entries may be taken away; where nothing is written all count as written.
    Fewer,
    /// Entries may only be added.
    More,
    /// A shorter time of the same unit; a limit where there was none.
    Sooner,
    /// A shorter time of the same unit, only where there is one.
    Shorter,
    /// Only to `false`.
    OnlyFalse,
    /// `error` may not become `warn`.
    Graver,
    /// A narrower reach.
    Nearer,
}

type Rules = &'static [(&'static str, Rule)];

pub(crate) const ROLE: Rules = &[
    ("label", Rule::Free),
    ("layer", Rule::Same),
    ("shares_views", Rule::Free),
    ("made_by", Rule::Fewer),
    ("door", Rule::Free),
];

pub(crate) const SUBSYSTEM: Rules = &[
    ("title", Rule::Free),
    ("order", Rule::Free),
    ("uses", Rule::More),
];

pub(crate) const ENTRY: Rules = &[
    ("label", Rule::Free),
    ("group", Rule::Free),
    ("retired", Rule::OnlyTrue),
    ("under", Rule::Same),
];

pub(crate) const RECORD: Rules = &[
    ("title", Rule::Free),
    ("shown", Rule::Free),
    ("note", Rule::Free),
    ("law", Rule::Free),
    ("menu", Rule::Free),
    ("path", Rule::Same),
    ("reach", Rule::Same),
    ("owner", Rule::Same),
    ("about", Rule::Same),
    ("dated", Rule::Same),
    ("version", Rule::Same),
    ("begins", Rule::Fewer),
];

pub(crate) const FIELD: Rules = &[
    ("label", Rule::Free),
    ("hint", Rule::Free),
    ("search", Rule::Free),
    ("required", Rule::Required),
    ("unique", Rule::OnlyTrue),
    ("locked", Rule::OnlyTrue),
    ("fixed", Rule::OnlyTrue),
    ("past", Rule::OnlyTrue),
    ("default", Rule::Unlocked),
    ("prefill", Rule::Free),
    ("max", Rule::AtMost(None)),
    ("min", Rule::AtLeast),
    ("max_mb", Rule::AtMost(Some(crate::FILE_MB_DEFAULT as i64))),
    ("count", Rule::AtMost(Some(crate::FILES_DEFAULT as i64))),
    ("accept", Rule::Fewer),
    ("type", Rule::Same),
    ("of", Rule::Same),
    ("to", Rule::Same),
    ("under", Rule::Same),
    ("scale", Rule::Same),
    ("unit", Rule::Same),
    ("level", Rule::Same),
    ("number", Rule::Same),
    ("compute", Rule::Same),
    ("latest", Rule::Same),
    ("latest_by", Rule::Same),
    ("latest_where", Rule::Same),
    ("personal", Rule::Same),
    ("secret", Rule::Same),
    ("when", Rule::Same),
    ("fields", Rule::Same),
];

pub(crate) const SECTION: Rules = &[
    ("title", Rule::Free),
    ("fields", Rule::Free),
    ("when", Rule::Same),
];

pub(crate) const STATE: Rules = &[
    ("label", Rule::Free),
    ("limit", Rule::Sooner),
    ("law", Rule::Free),
    ("phase", Rule::Same),
    ("turn", Rule::Same),
    ("mode", Rule::Same),
    ("pause", Rule::Same),
    ("open", Rule::Same),
];

pub(crate) const CLOCK: Rules = &[
    ("title", Rule::Free),
    ("law", Rule::Free),
    ("limit", Rule::Sooner),
    ("promised", Rule::Sooner),
    ("extend", Rule::Shorter),
    ("from", Rule::Same),
    ("until", Rule::Same),
];

pub(crate) const ACTION: Rules = &[
    ("label", Rule::Free),
    ("law", Rule::Free),
    ("by", Rule::Fewer),
    ("from", Rule::Fewer),
    ("needs", Rule::More),
    ("fields", Rule::More),
    ("columns", Rule::Same),
    ("reason", Rule::OnlyTrue),
    ("opinion", Rule::OnlyTrue),
    ("not_by", Rule::New),
    ("when", Rule::New),
    ("to", Rule::Same),
    ("guard", Rule::Same),
    ("set", Rule::Same),
    ("then", Rule::Same),
    ("copies", Rule::More),
    ("phrases", Rule::More),
    ("legal", Rule::OnlyTrue),
    ("batch", Rule::OnlyFalse),
    ("only_by", Rule::New),
    ("unread", Rule::OnlyTrue),
    ("back", Rule::Same),
    ("agrees", Rule::Same),
    ("extends", Rule::Same),
];

pub(crate) const PARAM: Rules = &[
    ("label", Rule::Free),
    ("default", Rule::Free),
    ("law", Rule::Free),
    ("max", Rule::AtMost(None)),
    ("min", Rule::AtLeast),
    ("type", Rule::Same),
];

pub(crate) const CHECK: Rules = &[
    ("message", Rule::Free),
    ("law", Rule::Free),
    ("fields", Rule::Free),
    ("level", Rule::Graver),
    ("holds", Rule::Same),
    ("when", Rule::Same),
];

pub(crate) const LIST: Rules = &[
    ("title", Rule::Free),
    ("columns", Rule::Free),
    ("sort", Rule::Free),
    ("filters", Rule::Free),
    ("where", Rule::Free),
];

/// Home pages are the bureau's own affair: what stands there gives nobody a right.
pub(crate) const OFFER: Rules = &[
    ("label", Rule::Free),
    ("doors", Rule::Free),
    ("order", Rule::Free),
    ("with", Rule::Free),
    ("begin", Rule::Same),
    ("list", Rule::Same),
    ("colour", Rule::Free),
];

pub(crate) const STATISTIC: Rules = &[
    ("title", Rule::Free),
    ("by", Rule::Same),
    ("where", Rule::Same),
];

pub(crate) const GRADE: Rules = &[
    ("message", Rule::Free),
    ("tell", Rule::More),
    ("when", Rule::Same),
];

pub(crate) const PERMISSION: Rules = &[
    ("may", Rule::Fewer),
    ("fields", Rule::Fewer),
    ("within", Rule::Nearer),
    ("where", Rule::New),
];
