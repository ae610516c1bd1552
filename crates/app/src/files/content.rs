//! Whether a file is what its name says, by what files of that kind begin with.

use std::io::{self, Read};

/// So much of a file is looked at.
const HEAD_BYTES: usize = 12;

/// Bytes that stand at a place near the beginning.
type Part = (usize, &'static [u8]);

/// What a kind begins with, and where: JPEG, ITU-T T.81 annex B (SOI, then a marker); PNG, ISO/IEC 15948
/// §5.2; GIF89a §17; WebP, RFC 9649 §2.4; PDF, ISO 32000-1 §7.5.2; MP4, ISO/IEC 14496-12 §4.3. Of other
/// kinds nothing is known here; they are given out as they came, never shown.
const BEGINNINGS: &[(&str, &[Part])] = &[
    ("image/jpeg", &[(0, b"\xff\xd8\xff")]),
    ("image/png", &[(0, b"\x89PNG\r\n\x1a\n")]),
    ("image/gif", &[(0, b"GIF8")]),
    ("image/webp", &[(0, b"RIFF"), (8, b"WEBP")]),
    ("application/pdf", &[(0, b"%PDF-")]),
    ("video/mp4", &[(4, b"ftyp")]),
];

/// The first bytes of a file, as many as are looked at or as there are.
pub(super) fn head(content: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    content.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether a file that begins so may be of that type.
pub(super) fn may_be(mime: &str, head: &[u8]) -> bool {
    let known = BEGINNINGS.iter().find(|(name, _)| *name == mime);
    known.is_none_or(|(_, parts)| {
        let has = |(at, part): &Part| head.get(*at..).is_some_and(|rest| rest.starts_with(part));
        parts.iter().all(has)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_what_it_begins_with() {
        for (mime, head) in [
            ("image/jpeg", &b"\xff\xd8\xff\xe0\x00\x10JFIF"[..]),
            ("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\r"),
            ("image/webp", b"RIFF\x24\0\0\0WEBP"),
            ("application/pdf", b"%PDF-1.7"),
            ("video/mp4", b"\0\0\0\x18ftypmp42"),
        ] {
            assert!(may_be(mime, head), "{mime}");
            for other in [&b"<html><body>"[..], b"MZ\x90", b""] {
                assert!(!may_be(mime, other), "{mime}");
            }
        }
        assert!(may_be("text/plain", b"MZ"));
    }
}
