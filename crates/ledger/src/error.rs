//! What can be wrong with bytes handed to the ledger: a frontier, a proof, a key or a signed head.

/// Why a frontier, proof, key or head was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    #[error("frontier of a tree of {size} leaves must be {expected} bytes, got {got}")]
    FrontierLength {
        size: u64,
        expected: usize,
        got: usize,
    },
    #[error("leaf {index} is not in a tree of {size} leaves")]
    NoSuchLeaf { index: u64, size: u64 },
    #[error("a tree of {new} leaves cannot extend a tree of {old} leaves")]
    Shrunk { old: u64, new: u64 },
    #[error("proof must hold {expected} hashes, got {got}")]
    ProofLength { expected: usize, got: usize },
    #[error("proof does not lead to the given root")]
    WrongRoot,
    #[error("{0} is not a usable SM2 key")]
    Key(&'static str),
    #[error("signed head, line {line}: expected {expected}")]
    Note { line: usize, expected: &'static str },
    #[error("signed head was made with key {made_with}, not with {given}")]
    OtherKey { made_with: String, given: String },
    #[error("signature of the head does not hold")]
    Signature,
}
