//! Append-only Merkle log over the history of a node, so that whoever keeps one signed head can
//! later prove that no entry was edited, removed, inserted or moved (RFC 6962 shape, SM3, SM2).
//!
//! The room is pure: it holds no file, no clock and no source of chance. `store` keeps the rows and
//! calls [`entry_hash`], [`leaf_hash`] and [`Frontier`] inside each commit; `app` signs heads. The
//! format is written down for outsiders in `docs/ledger.md`, and `jinzhi-verify` reads it with code
//! of its own.
//!
//! **Invariant:** nothing here looks into the body of an entry; the ledger commits to bytes.

mod error;
pub mod export;
mod frontier;
mod hash;
mod head;
mod hex;
mod proof;

pub use error::LedgerError;
pub use frontier::Frontier;
pub use hash::{EntryRef, Hash, canonical, empty_root, entry_hash, leaf_hash, sm3, tree_root};
pub use head::{Head, KeyPair, PublicKey, SignedHead};
pub use hex::{from_hex, to_hex};
pub use proof::{consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};
