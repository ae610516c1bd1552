//! What the house keeps that is neither history nor ledger: sessions and tokens, saved views,
//! drafts, remembered requests, import jobs, uploads.

pub(crate) mod attempt;
pub(crate) mod door;
pub(crate) mod draft;
pub(crate) mod factor;
pub(crate) mod import;
pub(crate) mod request;
pub(crate) mod seen;
pub(crate) mod upload;
pub(crate) mod view;
