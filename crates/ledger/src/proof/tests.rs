//! Tree and proofs against the recursive text of RFC 6962, and every bit of a proof turned once.

use super::*;
use crate::{sm3, tree_root};
use proptest::prelude::*;

const SIZE_MAX: usize = 130;
/// Up to here every single bit of every proof is turned; above, two or three bits of every hash.
const SIZE_EVERY_BIT_MAX: usize = 12;

pub(crate) fn leaves(count: usize) -> Vec<Hash> {
    (0..count as u64).map(|i| sm3(&i.to_be_bytes())).collect()
}

/// MTH of RFC 6962 §2.1, word for word.
pub(crate) fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sm3(b""),
        [leaf] => *leaf,
        _ => {
            let mut left = 1;
            while left * 2 < leaves.len() {
                left *= 2;
            }
            let mut bytes = vec![1];
            bytes.extend(naive_root(&leaves[..left]));
            bytes.extend(naive_root(&leaves[left..]));
            sm3(&bytes)
        }
    }
}

/// PATH of RFC 6962 §2.1.1.
fn naive_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let left = split(leaves.len() as u64) as usize;
    let (mut path, sibling) = if index < left {
        (
            naive_path(index, &leaves[..left]),
            naive_root(&leaves[left..]),
        )
    } else {
        (
            naive_path(index - left, &leaves[left..]),
            naive_root(&leaves[..left]),
        )
    };
    path.push(sibling);
    path
}

/// SUBPROOF of RFC 6962 §2.1.2; `Known` is its flag `b = true`.
#[derive(Clone, Copy, PartialEq)]
enum Start {
    Known,
    Sent,
}

fn naive_subproof(old: usize, leaves: &[Hash], start: Start) -> Vec<Hash> {
    if old == leaves.len() {
        return match start {
            Start::Known => Vec::new(),
            Start::Sent => vec![naive_root(leaves)],
        };
    }
    let left = split(leaves.len() as u64) as usize;
    let (mut proof, sibling) = if old <= left {
        (
            naive_subproof(old, &leaves[..left], start),
            naive_root(&leaves[left..]),
        )
    } else {
        (
            naive_subproof(old - left, &leaves[left..], Start::Sent),
            naive_root(&leaves[..left]),
        )
    };
    proof.push(sibling);
    proof
}

fn included(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    inclusion_proof(index as u64, leaves.len() as u64, |i| {
        Ok::<_, LedgerError>(leaves[i as usize])
    })
    .unwrap()
}

fn consistent(old: usize, leaves: &[Hash]) -> Vec<Hash> {
    consistency_proof(old as u64, leaves.len() as u64, |i| {
        Ok::<_, LedgerError>(leaves[i as usize])
    })
    .unwrap()
}

/// Calls `with` once for each turned bit, and puts the bit back.
fn each_turned_bit(hashes: &mut [Hash], size: usize, mut with: impl FnMut(&[Hash], usize, usize)) {
    let step = if size <= SIZE_EVERY_BIT_MAX { 1 } else { 127 };
    for which in 0..hashes.len() {
        for bit in ((size + which) % step..256).step_by(step) {
            hashes[which][bit / 8] ^= 1 << (bit % 8);
            with(hashes, which, bit);
            hashes[which][bit / 8] ^= 1 << (bit % 8);
        }
    }
}

#[test]
fn every_inclusion_proof_holds_and_no_turned_bit_does() {
    let all = leaves(SIZE_MAX);
    for size in 1..=SIZE_MAX {
        let leaves = &all[..size];
        let root = tree_root(leaves);
        for index in 0..size {
            let (i, n) = (index as u64, size as u64);
            let proof = included(index, leaves);
            assert_eq!(proof, naive_path(index, leaves), "leaf {index} of {size}");
            verify_inclusion(&leaves[index], i, n, &proof, &root).unwrap();

            // Proof, leaf and root in one row, so that bits of all three are turned.
            let mut parts = proof.clone();
            parts.extend([leaves[index], root]);
            let p = proof.len();
            each_turned_bit(&mut parts, size, |parts, which, bit| {
                assert_eq!(
                    verify_inclusion(&parts[p], i, n, &parts[..p], &parts[p + 1]),
                    Err(LedgerError::WrongRoot),
                    "leaf {index} of {size}, part {which}, bit {bit}"
                );
            });
            for other in (0..n.min(20)).filter(|other| *other != i) {
                assert!(verify_inclusion(&leaves[index], other, n, &proof, &root).is_err());
            }
            let longer = [&proof[..], &[root]].concat();
            assert!(verify_inclusion(&leaves[index], i, n, &longer, &root).is_err());
            if let Some((_, shorter)) = proof.split_last() {
                assert!(verify_inclusion(&leaves[index], i, n, shorter, &root).is_err());
            }
        }
    }
}

#[test]
fn every_consistency_proof_holds_and_no_turned_bit_does() {
    let all = leaves(SIZE_MAX);
    for new in 1..=SIZE_MAX {
        let leaves = &all[..new];
        let new_root = tree_root(leaves);
        for old in 1..new {
            let (m, n) = (old as u64, new as u64);
            let old_root = tree_root(&leaves[..old]);
            let proof = consistent(old, leaves);
            assert_eq!(
                proof,
                naive_subproof(old, leaves, Start::Known),
                "{old} to {new}"
            );
            verify_consistency(m, n, &proof, &old_root, &new_root).unwrap();

            let mut parts = proof.clone();
            parts.extend([old_root, new_root]);
            let p = proof.len();
            each_turned_bit(&mut parts, new, |parts, which, bit| {
                assert_eq!(
                    verify_consistency(m, n, &parts[..p], &parts[p], &parts[p + 1]),
                    Err(LedgerError::WrongRoot),
                    "{old} to {new}, part {which}, bit {bit}"
                );
            });
            let longer = [&proof[..], &[new_root]].concat();
            assert!(verify_consistency(m, n, &longer, &old_root, &new_root).is_err());
            let (_, shorter) = proof.split_last().unwrap();
            assert!(verify_consistency(m, n, shorter, &old_root, &new_root).is_err());
        }
    }
}

#[test]
fn the_ends_are_decided_without_hashes() {
    let leaves = leaves(5);
    let root = tree_root(&leaves);
    assert_eq!(verify_consistency(5, 5, &[], &root, &root), Ok(()));
    assert_eq!(
        verify_consistency(5, 5, &[], &root, &[0; 32]),
        Err(LedgerError::WrongRoot)
    );
    assert_eq!(verify_consistency(0, 5, &[], &empty_root(), &root), Ok(()));
    assert_eq!(
        verify_consistency(0, 5, &[], &[0; 32], &root),
        Err(LedgerError::WrongRoot)
    );
    assert_eq!(
        verify_consistency(0, 5, &[root], &empty_root(), &root),
        Err(LedgerError::ProofLength {
            expected: 0,
            got: 1
        })
    );
    assert_eq!(
        verify_consistency(6, 5, &[], &root, &root),
        Err(LedgerError::Shrunk { old: 6, new: 5 })
    );
    let nothing = |_| Ok::<_, LedgerError>([0; 32]);
    assert_eq!(
        consistency_proof(6, 5, nothing),
        Err(LedgerError::Shrunk { old: 6, new: 5 })
    );
    assert_eq!(
        inclusion_proof(5, 5, nothing),
        Err(LedgerError::NoSuchLeaf { index: 5, size: 5 })
    );
    assert_eq!(
        verify_inclusion(&root, 5, 5, &[], &root),
        Err(LedgerError::NoSuchLeaf { index: 5, size: 5 })
    );
}

#[test]
fn an_unreadable_leaf_stops_the_proof() {
    #[derive(Debug, PartialEq)]
    struct Lost(u64);
    impl From<LedgerError> for Lost {
        fn from(_: LedgerError) -> Self {
            Lost(u64::MAX)
        }
    }
    let read = |i| if i == 3 { Err(Lost(i)) } else { Ok([0; 32]) };
    assert_eq!(inclusion_proof(0, 8, read), Err(Lost(3)));
    assert_eq!(consistency_proof(2, 8, read), Err(Lost(3)));
    assert_eq!(inclusion_proof(9, 8, read), Err(Lost(u64::MAX)));
}

#[test]
fn no_proof_passes_one_kilobyte() {
    // 2^31 leaves are more than a bureau will write; a path is one hash for each halving.
    for index in [0, 1, 1 << 30, (1 << 31) - 1] {
        assert!(steps_to(index, 1 << 31).len() * size_of::<Hash>() <= 1024);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn larger_trees_prove_too(new in 131usize..700, old in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let leaves = leaves(new);
        let (old, index) = (1 + old.index(new), at.index(new));
        let (root, old_root) = (tree_root(&leaves), tree_root(&leaves[..old]));
        let path = included(index, &leaves);
        prop_assert_eq!(&path, &naive_path(index, &leaves));
        prop_assert_eq!(verify_inclusion(&leaves[index], index as u64, new as u64, &path, &root), Ok(()));
        let proof = consistent(old, &leaves);
        prop_assert_eq!(&proof, &naive_subproof(old, &leaves, Start::Known));
        prop_assert_eq!(verify_consistency(old as u64, new as u64, &proof, &old_root, &root), Ok(()));
    }
}
