//! The four hashes of the ledger, each behind a prefix byte of its own so that an entry, a tree
//! node and a ledger leaf can never be passed off for one another (RFC 6962 §2.1).

use sm3::{Digest as _, Sm3};
use std::io::Write as _;

use crate::Frontier;

/// An SM3 value.
pub type Hash = [u8; 32];

const ENTRY: u8 = 0x00;
const NODE: u8 = 0x01;
const LEAF: u8 = 0x02;

/// One line of history as it is stored; what is hashed are these very values.
///
/// No text may hold a line feed: it separates the fields. Names and hex never do, and JSON escapes
/// it inside strings, so that the writer must only keep the body on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryRef<'a> {
    pub seq: i64,
    pub tab: &'a str,
    pub rec: i64,
    pub version: i64,
    /// Microseconds UTC.
    pub at: i64,
    pub actor: i64,
    pub act: &'a str,
    /// Hash of the definition in force, hex, or empty.
    pub def: &'a str,
    pub body: &'a str,
}

/// The bytes an entry stands for: its nine fields in order, joined by one LF.
pub fn canonical(entry: &EntryRef<'_>) -> Vec<u8> {
    debug_assert!(
        [entry.tab, entry.act, entry.def, entry.body]
            .iter()
            .all(|text| !text.contains('\n')),
        "history entry {} holds a line feed",
        entry.seq
    );
    let mut bytes = Vec::with_capacity(entry.body.len() + 192);
    // Writing to a Vec cannot fail.
    let _ = write!(
        bytes,
        "{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}",
        entry.seq,
        entry.tab,
        entry.rec,
        entry.version,
        entry.at,
        entry.actor,
        entry.act,
        entry.def,
        entry.body
    );
    bytes
}

/// Hash of one history entry.
pub fn entry_hash(entry: &EntryRef<'_>) -> Hash {
    Sm3::new()
        .chain_update([ENTRY])
        .chain_update(canonical(entry))
        .finalize()
        .into()
}

/// Hash of the ledger line that covers history `first .. first + count`, from its entry hashes.
///
/// # Panics
/// If `count` is not the number of hashes: a leaf that lies about what it covers must not be made.
pub fn leaf_hash(first: i64, count: i64, entries: &[Hash]) -> Hash {
    assert_eq!(
        usize::try_from(count),
        Ok(entries.len()),
        "ledger leaf at history {first}: count differs from the entries given"
    );
    Sm3::new()
        .chain_update([LEAF])
        .chain_update(first.to_be_bytes())
        .chain_update(count.to_be_bytes())
        .chain_update(tree_root(entries))
        .finalize()
        .into()
}

/// RFC 6962 tree head over values that are hashes of leaves already.
pub fn tree_root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.append(*leaf);
    }
    frontier.root()
}

/// Root of the tree without leaves: the hash of nothing.
pub fn empty_root() -> Hash {
    sm3(&[])
}

/// Plain SM3, as for fingerprints.
pub fn sm3(bytes: &[u8]) -> Hash {
    Sm3::digest(bytes).into()
}

pub(crate) fn node(left: &Hash, right: &Hash) -> Hash {
    // One block and one byte: built in place, because most of the time goes here.
    let mut bytes = [NODE; 65];
    bytes[1..33].copy_from_slice(left);
    bytes[33..].copy_from_slice(right);
    sm3(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::to_hex;

    const ENTRY_1: EntryRef<'static> = EntryRef {
        seq: 1,
        tab: "equipment",
        rec: 7,
        version: 1,
        at: 1_800_000_000_000_000,
        actor: 3,
        act: "create",
        def: "",
        body: r#"{"set":{"name":"电梯"}}"#,
    };

    #[test]
    fn sm3_gives_the_vectors_of_gb_t_32905() {
        assert_eq!(
            to_hex(&sm3(b"abc")),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
        assert_eq!(
            to_hex(&sm3(&b"abcd".repeat(16))),
            "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
        );
        assert_eq!(
            to_hex(&empty_root()),
            "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"
        );
    }

    #[test]
    fn an_entry_is_its_nine_fields_on_lines() {
        assert_eq!(
            String::from_utf8(canonical(&ENTRY_1)).unwrap(),
            "1\nequipment\n7\n1\n1800000000000000\n3\ncreate\n\n{\"set\":{\"name\":\"电梯\"}}"
        );
        let mut plain = vec![0];
        plain.extend(canonical(&ENTRY_1));
        assert_eq!(entry_hash(&ENTRY_1), sm3(&plain));
    }

    #[test]
    fn a_leaf_binds_range_and_entries() {
        let entries = [[1; 32], [2; 32], [3; 32]];
        let mut plain = vec![2];
        plain.extend([0, 0, 0, 0, 0, 0, 1, 0]);
        plain.extend([0, 0, 0, 0, 0, 0, 0, 3]);
        plain.extend(node(&node(&[1; 32], &[2; 32]), &[3; 32]));
        assert_eq!(leaf_hash(256, 3, &entries), sm3(&plain));
        assert_ne!(leaf_hash(257, 3, &entries), sm3(&plain));
    }

    #[test]
    fn every_field_counts() {
        let changed = [
            EntryRef { seq: 2, ..ENTRY_1 },
            EntryRef {
                tab: "equipmen",
                ..ENTRY_1
            },
            EntryRef { rec: 8, ..ENTRY_1 },
            EntryRef {
                version: 2,
                ..ENTRY_1
            },
            EntryRef { at: 0, ..ENTRY_1 },
            EntryRef {
                actor: -3,
                ..ENTRY_1
            },
            EntryRef {
                act: "edit",
                ..ENTRY_1
            },
            EntryRef {
                def: "00",
                ..ENTRY_1
            },
            EntryRef {
                body: "{}",
                ..ENTRY_1
            },
        ];
        for entry in changed {
            assert_ne!(entry_hash(&entry), entry_hash(&ENTRY_1), "{entry:?}");
        }
    }
}
