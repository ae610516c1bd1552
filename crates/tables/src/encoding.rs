//! Which encoding a text file is in, decided from its bytes.

use speech::said;

use std::io::{self, Read};

use crate::error::Error;

/// The encodings of tables that are met in practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    #[default]
    Utf8,
    /// Also GBK and GB2312, of which it is the superset.
    Gb18030,
    /// What a spreadsheet program saves as "Unicode text".
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Gb18030 => "GB18030",
            Encoding::Utf16Le => "UTF-16LE",
            Encoding::Utf16Be => "UTF-16BE",
        }
    }

    /// The byte order mark. GB18030 has one too, though few write it.
    pub(crate) fn bom(self) -> &'static [u8] {
        match self {
            Encoding::Utf8 => b"\xef\xbb\xbf",
            Encoding::Gb18030 => b"\x84\x31\x95\x33",
            Encoding::Utf16Le => b"\xff\xfe",
            Encoding::Utf16Be => b"\xfe\xff",
        }
    }

    pub(crate) fn codec(self) -> &'static encoding_rs::Encoding {
        match self {
            Encoding::Utf8 => encoding_rs::UTF_8,
            Encoding::Gb18030 => encoding_rs::GB18030,
            Encoding::Utf16Le => encoding_rs::UTF_16LE,
            Encoding::Utf16Be => encoding_rs::UTF_16BE,
        }
    }
}

const BLOCK_BYTES: usize = 256 << 10;
/// The beginning by which UTF-16 without a mark, and files that are no text, are known.
const HEAD_BYTES: usize = 8 << 10;
/// In text of which less than one broken place comes on this many good characters of several
/// bytes, the file is taken for damaged UTF-8. GB18030 text hits a valid UTF-8 sequence by chance
/// far more seldom than it breaks the rules.
const GOOD_FOR_ONE_BROKEN: u64 = 10;

/// Reads all of `source` once and decides. A file that is ASCII for its first megabyte and
/// GB18030 after it is decided by what comes after, hence the whole.
pub(crate) fn guess(mut source: impl Read) -> Result<Encoding, Error> {
    let mut block = vec![0; BLOCK_BYTES];
    let mut tally = Tally::default();
    let mut kept = 0;
    let mut is_head = true;
    loop {
        let read = fill(&mut source, &mut block[kept..]).map_err(Error::Read)?;
        let bytes = &block[..kept + read];
        if is_head {
            is_head = false;
            if let Some(encoding) = from_head(bytes)? {
                return Ok(encoding);
            }
        }
        let is_end = kept + read < BLOCK_BYTES;
        let rest = tally.count(bytes, is_end);
        if is_end {
            return Ok(tally.decide());
        }
        if tally.is_hopeless() {
            return Ok(Encoding::Gb18030);
        }
        kept = block.len() - rest;
        block.copy_within(rest.., 0);
    }
}

fn from_head(bytes: &[u8]) -> Result<Option<Encoding>, Error> {
    for encoding in [
        Encoding::Utf8,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
        Encoding::Gb18030,
    ] {
        if bytes.starts_with(encoding.bom()) {
            return Ok(Some(encoding));
        }
    }
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let nul_at = |parity: usize| {
        head.iter()
            .skip(parity)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (nul_at(0), nul_at(1));
    // ASCII in UTF-16 has a NUL in every second byte, and none in the others.
    if odd * 4 > head.len() && even == 0 {
        return Ok(Some(Encoding::Utf16Le));
    }
    if even * 4 > head.len() && odd == 0 {
        return Ok(Some(Encoding::Utf16Be));
    }
    if (even + odd) * 20 > head.len() {
        return Err(Error::NotATable {
            found: said!("二进制文件" / "a binary file"),
            advice: said!("请换成 CSV 或 XLSX 文件" / "please give a CSV or XLSX file"),
        });
    }
    Ok(None)
}

#[derive(Default)]
struct Tally {
    good: u64,
    broken: u64,
}

impl Tally {
    /// Counts, and says from where the bytes are an unfinished character.
    fn count(&mut self, bytes: &[u8], is_end: bool) -> usize {
        let mut at = 0;
        loop {
            match std::str::from_utf8(&bytes[at..]) {
                Ok(text) => {
                    self.count_good(text.as_bytes());
                    return bytes.len();
                }
                Err(error) => {
                    let valid = at + error.valid_up_to();
                    self.count_good(&bytes[at..valid]);
                    match error.error_len() {
                        Some(len) => at = valid + len,
                        None if is_end => at = bytes.len(),
                        None => return valid,
                    }
                    self.broken += 1;
                    if self.is_hopeless() {
                        return bytes.len();
                    }
                }
            }
        }
    }

    fn count_good(&mut self, valid: &[u8]) {
        self.good += valid.iter().filter(|b| **b >= 0xc0).count() as u64;
    }

    /// So many broken places that the rest need not be read.
    fn is_hopeless(&self) -> bool {
        self.broken > 1_000 && self.decide() == Encoding::Gb18030
    }

    fn decide(&self) -> Encoding {
        if self.broken == 0 || self.good > self.broken * GOOD_FOR_ONE_BROKEN {
            Encoding::Utf8
        } else {
            Encoding::Gb18030
        }
    }
}

/// Reads until the buffer is full or the source has ended.
pub(crate) fn fill(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Encoding {
        guess(bytes).expect("a text")
    }

    #[test]
    fn marks_decide() {
        assert_eq!(of(b"\xef\xbb\xbfa"), Encoding::Utf8);
        assert_eq!(of(b"\xff\xfea\0"), Encoding::Utf16Le);
        assert_eq!(of(b"\xfe\xff\0a"), Encoding::Utf16Be);
        assert_eq!(of(b"a\0,\0b\0\r\0\n\0"), Encoding::Utf16Le);
        assert_eq!(of(b"\0a\0,\0b\0\n"), Encoding::Utf16Be);
    }

    #[test]
    fn one_late_character_decides() {
        let mut bytes = vec![b'a'; 3 << 20];
        assert_eq!(of(&bytes), Encoding::Utf8);
        bytes.extend_from_slice(b"\xd6\xd0\xce\xc4");
        bytes.extend_from_slice(&vec![b'b'; 1 << 20]);
        assert_eq!(of(&bytes), Encoding::Gb18030);
    }

    #[test]
    fn characters_across_blocks_are_whole() {
        for shift in 0..4 {
            let mut text = "a".repeat(shift);
            text.push_str(&"中𠀀é".repeat(BLOCK_BYTES / 4));
            assert_eq!(of(text.as_bytes()), Encoding::Utf8);
        }
    }

    #[test]
    fn damaged_utf8_stays_utf8() {
        let mut bytes = "名称,地址\n电梯,福州市鼓楼区\n".repeat(5).into_bytes();
        bytes.extend_from_slice(b"\xff,a\n");
        assert_eq!(of(&bytes), Encoding::Utf8);
        let (gb, _, _) = encoding_rs::GB18030.encode("联通,移动,名称,地址,电梯,福州市鼓楼区");
        assert_eq!(of(&gb), Encoding::Gb18030);
    }

    #[test]
    fn binary_is_refused() {
        let error = guess(&[7u8, 0, 0, 0, 1, 0, 0, 9][..]).expect_err("binary");
        assert!(error.to_string().contains("二进制"), "{error}");
    }
}
