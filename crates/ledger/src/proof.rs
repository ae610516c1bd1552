//! Proofs that fit on a page: that an entry's leaf is under a head, and that a later head extends
//! an earlier one (RFC 9162 §2.1.3, §2.1.4; same tree as RFC 6962).

use crate::hash::{Hash, empty_root, node};
use crate::{Frontier, LedgerError};

/// Sibling hashes from leaf `index` up to the root of the tree of `size` leaves.
///
/// `leaf` gives the hash of any leaf below `size`; each is asked for at most once.
pub fn inclusion_proof<E: From<LedgerError>>(
    index: u64,
    size: u64,
    mut leaf: impl FnMut(u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    if index >= size {
        return Err(LedgerError::NoSuchLeaf { index, size }.into());
    }
    let mut proof = Vec::new();
    let (mut from, mut to) = (0, size);
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            proof.push(range_root(middle, to, &mut leaf)?);
            to = middle;
        } else {
            proof.push(range_root(from, middle, &mut leaf)?);
            from = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// Hashes that lead from the head at `old` leaves to the head at `new` leaves.
///
/// Empty if nothing was added, or if the old tree was empty: everything extends the empty tree.
pub fn consistency_proof<E: From<LedgerError>>(
    old: u64,
    new: u64,
    mut leaf: impl FnMut(u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    if old > new {
        return Err(LedgerError::Shrunk { old, new }.into());
    }
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let mut proof = Vec::new();
    let (mut from, mut to) = (0, new);
    // Down to the subtree where the old tree ends on a boundary.
    while to != old {
        let middle = from + split(to - from);
        if old <= middle {
            proof.push(range_root(middle, to, &mut leaf)?);
            to = middle;
        } else {
            proof.push(range_root(from, middle, &mut leaf)?);
            from = middle;
        }
    }
    // A subtree that starts at 0 is the old tree itself, whose head the reader has.
    if from != 0 {
        proof.push(range_root(from, to, &mut leaf)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Says whether `leaf` stands at `index` of the tree of `size` leaves with this root.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), LedgerError> {
    if index >= size {
        return Err(LedgerError::NoSuchLeaf { index, size });
    }
    let expected = steps_to(index, size);
    check_length(proof, expected.len())?;
    let found = expected
        .iter()
        .rev()
        .zip(proof)
        .fold(*leaf, |below, (side, sibling)| side.join(&below, sibling));
    check_root(&found, root)
}

/// Says whether the tree with `new_root` holds, as its first `old` leaves, the tree with `old_root`.
pub fn verify_consistency(
    old: u64,
    new: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), LedgerError> {
    if old > new {
        return Err(LedgerError::Shrunk { old, new });
    }
    if old == new {
        check_length(proof, 0)?;
        return check_root(old_root, new_root);
    }
    if old == 0 {
        check_length(proof, 0)?;
        return check_root(&empty_root(), old_root);
    }
    let steps = steps_down_to_end_of(old, new);
    // Where the old tree is the left edge of the new one, its head is the start and is not sent.
    let start_is_known = steps.iter().all(|side| *side == Side::Left);
    let sent = usize::from(!start_is_known);
    check_length(proof, steps.len() + sent)?;
    let start = if start_is_known { *old_root } else { proof[0] };
    let (mut found_old, mut found_new) = (start, start);
    for (side, sibling) in steps.iter().rev().zip(&proof[sent..]) {
        // What lies to the right of the old end belongs to the new tree only.
        if *side == Side::Right {
            found_old = node(sibling, &found_old);
        }
        found_new = side.join(&found_new, sibling);
    }
    check_root(&found_old, old_root)?;
    check_root(&found_new, new_root)
}

/// On which side of its parent a subtree hangs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Side {
    fn join(self, own: &Hash, sibling: &Hash) -> Hash {
        match self {
            Self::Left => node(own, sibling),
            Self::Right => node(sibling, own),
        }
    }
}

/// The turns from the root down to leaf `index`.
fn steps_to(index: u64, size: u64) -> Vec<Side> {
    let (mut index, mut size) = (index, size);
    let mut steps = Vec::new();
    while size > 1 {
        let left = split(size);
        if index < left {
            steps.push(Side::Left);
            size = left;
        } else {
            steps.push(Side::Right);
            index -= left;
            size -= left;
        }
    }
    steps
}

/// The turns from the root of the new tree down to the subtree with which the old tree ends.
fn steps_down_to_end_of(old: u64, new: u64) -> Vec<Side> {
    let (mut old, mut new) = (old, new);
    let mut steps = Vec::new();
    while old != new {
        let left = split(new);
        if old <= left {
            steps.push(Side::Left);
            new = left;
        } else {
            steps.push(Side::Right);
            old -= left;
            new -= left;
        }
    }
    steps
}

/// Size of the left subtree: the largest power of two below `size`, which is at least 2.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

fn range_root<E>(
    from: u64,
    to: u64,
    leaf: &mut impl FnMut(u64) -> Result<Hash, E>,
) -> Result<Hash, E> {
    let mut frontier = Frontier::new();
    for index in from..to {
        frontier.append(leaf(index)?);
    }
    Ok(frontier.root())
}

fn check_length(proof: &[Hash], expected: usize) -> Result<(), LedgerError> {
    if proof.len() == expected {
        Ok(())
    } else {
        Err(LedgerError::ProofLength {
            expected,
            got: proof.len(),
        })
    }
}

fn check_root(found: &Hash, root: &Hash) -> Result<(), LedgerError> {
    if found == root {
        Ok(())
    } else {
        Err(LedgerError::WrongRoot)
    }
}

#[cfg(test)]
pub(crate) mod tests;
