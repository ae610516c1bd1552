//! SM3 tree of `docs/ledger.md`, written a second time so that one mistake cannot hide in both.

use sm3::{Digest as _, Sm3};

pub(crate) type Hash = [u8; 32];

pub(crate) fn sm3(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sm3::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Hash of all that can be read, a piece at a time.
pub(crate) fn sm3_of(mut content: impl std::io::Read) -> std::io::Result<Hash> {
    let mut hasher = Sm3::new();
    std::io::copy(&mut content, &mut Hashing(&mut hasher))?;
    Ok(hasher.finalize().into())
}

struct Hashing<'a>(&'a mut Sm3);

impl std::io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) fn entry_hash(canonical: &[u8]) -> Hash {
    sm3(&[&[0], canonical])
}

pub(crate) fn leaf_hash(first: i64, count: i64, entries: &Hash) -> Hash {
    sm3(&[&[2], &first.to_be_bytes(), &count.to_be_bytes(), entries])
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Lower-case hex of any even length.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |d: u8| match d {
        b'0'..=b'9' => Some(d - b'0'),
        b'a'..=b'f' => Some(d - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? * 16 + digit(*low)?))
        .collect()
}

/// A tree that grows to the right: perfect subtrees with their heights, the tallest first.
#[derive(Clone, Default)]
pub(crate) struct Tree {
    size: i64,
    perfect: Vec<(u32, Hash)>,
}

impl Tree {
    pub(crate) fn push(&mut self, leaf: Hash) {
        let (mut height, mut hash) = (0, leaf);
        while let Some((_, left)) = self.perfect.pop_if(|(of, _)| *of == height) {
            hash = sm3(&[&[1], &left, &hash]);
            height += 1;
        }
        self.perfect.push((height, hash));
        self.size += 1;
    }

    pub(crate) fn size(&self) -> i64 {
        self.size
    }

    pub(crate) fn root(&self) -> Hash {
        let mut subtrees = self.perfect.iter().rev().map(|(_, hash)| *hash);
        let Some(last) = subtrees.next() else {
            return sm3(&[]);
        };
        subtrees.fold(last, |right, left| sm3(&[&[1], &left, &right]))
    }

    /// As the column `head.frontier` holds it.
    pub(crate) fn frontier(&self) -> Vec<u8> {
        self.perfect.iter().flat_map(|(_, hash)| *hash).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6962 §2.1 by recursion.
    fn plain(leaves: &[Hash]) -> Hash {
        match leaves.len() {
            0 => sm3(&[]),
            1 => leaves[0],
            n => {
                let (left, right) = leaves.split_at(n.next_power_of_two() / 2);
                sm3(&[&[1], &plain(left), &plain(right)])
            }
        }
    }

    #[test]
    fn the_tree_is_that_of_rfc_6962() {
        let leaves: Vec<Hash> = (0..130u8).map(|i| sm3(&[&[i]])).collect();
        let mut tree = Tree::default();
        for size in 0..leaves.len() {
            assert_eq!(tree.root(), plain(&leaves[..size]), "size {size}");
            assert_eq!(tree.frontier().len(), 32 * size.count_ones() as usize);
            tree.push(leaves[size]);
            assert_eq!(tree.size(), size as i64 + 1);
        }
    }

    #[test]
    fn sm3_gives_the_published_value_for_abc() {
        assert_eq!(
            hex(&sm3(&[b"a", b"bc"])),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
    }

    #[test]
    fn hex_is_read_strictly() {
        assert_eq!(unhex("00ff"), Some(vec![0, 255]));
        for bad in ["0", "0g", "FF", "é"] {
            assert_eq!(unhex(bad), None, "{bad}");
        }
    }
}
