//! The right edge of the tree: enough to append and to give the root, in at most 64 hashes.
//!
//! **Invariant:** `roots` holds one hash for each bit set in `size`, the largest subtree first.

use crate::LedgerError;
use crate::hash::{Hash, empty_root, node};

/// Roots of the perfect subtrees that make up a tree of `size` leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

impl Frontier {
    /// The tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads back what [`Frontier::to_bytes`] wrote for a tree of `size` leaves.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, LedgerError> {
        let expected = size.count_ones() as usize * size_of::<Hash>();
        if bytes.len() != expected {
            return Err(LedgerError::FrontierLength {
                size,
                expected,
                got: bytes.len(),
            });
        }
        let (roots, _) = bytes.as_chunks::<32>();
        Ok(Self {
            size,
            roots: roots.to_vec(),
        })
    }

    /// Subtree roots one after another, the largest first.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.roots.concat()
    }

    /// Number of leaves, which is the index of the next one.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash.
    pub fn append(&mut self, leaf: Hash) {
        let mut root = leaf;
        // As in adding one to a binary number: equal subtrees join as long as there is a carry.
        for _ in 0..self.size.trailing_ones() {
            let left = self.roots.pop().expect("one root for each bit of the size");
            root = node(&left, &root);
        }
        self.roots.push(root);
        self.size += 1;
    }

    /// Tree head of all leaves so far (RFC 6962 §2.1).
    pub fn root(&self) -> Hash {
        self.roots
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| node(&left, &right))
            .unwrap_or_else(empty_root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::tests::{leaves, naive_root};
    use proptest::prelude::*;

    #[test]
    fn has_the_shape_of_rfc_6962() {
        let leaves = leaves(131);
        let mut frontier = Frontier::new();
        for size in 0..=130 {
            assert_eq!(frontier.size(), size as u64);
            assert_eq!(frontier.root(), naive_root(&leaves[..size]), "size {size}");
            frontier.append(leaves[size]);
        }
    }

    #[test]
    fn goes_on_after_being_stored() {
        let leaves = leaves(70);
        let mut kept = Frontier::new();
        for leaf in &leaves {
            let stored = kept.to_bytes();
            kept = Frontier::from_bytes(kept.size(), &stored).unwrap();
            kept.append(*leaf);
        }
        assert_eq!(kept.root(), naive_root(&leaves));
    }

    #[test]
    fn a_frontier_of_another_size_is_refused() {
        assert_eq!(
            Frontier::from_bytes(3, &[0; 32]),
            Err(LedgerError::FrontierLength {
                size: 3,
                expected: 64,
                got: 32
            })
        );
        assert!(Frontier::from_bytes(0, &[]).is_ok());
        assert!(Frontier::from_bytes(1, &[0; 33]).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_leaf_changes_the_root(size in 1usize..300, at in any::<prop::sample::Index>(), bit in 0usize..256) {
            let mut leaves = leaves(size);
            let whole = crate::tree_root(&leaves);
            prop_assert_eq!(whole, naive_root(&leaves));
            leaves[at.index(size)][bit / 8] ^= 1 << (bit % 8);
            prop_assert_ne!(crate::tree_root(&leaves), whole);
        }
    }
}
