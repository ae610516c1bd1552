//! Signed heads and the keys they are checked with.

use crate::hash::{Hash, hex, sm3, unhex};
use sm2::dsa::signature::Verifier as _;
use sm2::dsa::{Signature, VerifyingKey};

const TITLE: &str = "jinzhi ledger head v1";
const USER_ID: &str = "1234567812345678";

/// A signed head as read from a note; `signed` is the text the signature is over.
#[derive(Clone)]
pub(crate) struct Note {
    pub(crate) node: u64,
    pub(crate) size: i64,
    pub(crate) root: Hash,
    pub(crate) at: i64,
    pub(crate) key: String,
    signature: Vec<u8>,
    signed: String,
}

/// All notes of a text, one below the other. Line ends of Windows are forgiven, for notes travel
/// by mail; anything else is not.
pub(crate) fn parse(text: &str) -> Result<Vec<Note>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return Err("没有签名头".to_owned());
    }
    lines.chunks(7).map(parse_one).collect()
}

fn parse_one(lines: &[&str]) -> Result<Note, String> {
    let value = |line: usize, name: &str| {
        lines
            .get(line)
            .and_then(|text| text.strip_prefix(name))
            .ok_or(format!("缺少“{}”一行", name.trim_end()))
    };
    let number = |line: usize, name: &str| {
        value(line, name)?
            .parse::<i64>()
            .map_err(|_| format!("“{}”一行不是数字", name.trim_end()))
    };
    let bytes = |line: usize, name: &str, length: usize| {
        unhex(value(line, name)?)
            .filter(|bytes| bytes.len() == length)
            .ok_or(format!(
                "“{}”一行不是 {} 位十六进制",
                name.trim_end(),
                length * 2
            ))
    };
    if !value(0, TITLE)?.is_empty() {
        return Err(format!("首行不是“{TITLE}”"));
    }
    let node = value(1, "node ")?
        .parse()
        .map_err(|_| "“node”一行不是数字".to_owned())?;
    let size = number(2, "size ")?;
    let root = bytes(3, "root ", 32)?;
    let at = number(4, "at ")?;
    let key = hex(&bytes(5, "key ", 8)?);
    let signature = bytes(6, "sig ", 64)?;
    if size < 0 {
        return Err("“size”一行小于零".to_owned());
    }
    Ok(Note {
        node,
        size,
        root: root
            .try_into()
            .map_err(|_| "“root”一行长度不对".to_owned())?,
        at,
        key,
        signature,
        signed: lines[..6]
            .iter()
            .fold(String::new(), |text, line| text + line + "\n"),
    })
}

/// A public key the auditor trusts.
pub(crate) struct Key {
    verifying: VerifyingKey,
    fingerprint: String,
}

impl Key {
    /// Reads 130 hex digits: the uncompressed point.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let point = unhex(text.trim())?;
        if point.len() != 65 || point[0] != 4 {
            return None;
        }
        Some(Self {
            verifying: VerifyingKey::from_sec1_bytes(USER_ID, &point).ok()?,
            fingerprint: hex(&sm3(&[&point])[..8]),
        })
    }
}

/// What the signature of a note is worth with the keys at hand.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    Holds,
    Broken,
    /// Not made with any of the keys given.
    Stranger,
}

pub(crate) fn signed_by(note: &Note, keys: &[Key]) -> Signed {
    let Some(key) = keys.iter().find(|key| key.fingerprint == note.key) else {
        return Signed::Stranger;
    };
    let holds = Signature::from_slice(&note.signature)
        .and_then(|signature| key.verifying.verify(note.signed.as_bytes(), &signature));
    match holds {
        Ok(()) => Signed::Holds,
        Err(_) => Signed::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "04922db5afa74bf8116414ef5cbc439a814c7a8cd58db3d4331be48cf01e82eca030f3a15050e1dc01f99976a8ffa0249937563843bfff3c9de7cee7c869d5a57e";
    /// Made with OpenSSL 3.0: `openssl dgst -sm3 -sign KEY -sigopt distid:1234567812345678`.
    const NOTE: &str = "jinzhi ledger head v1
node 5931010
size 12
root 66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0
at 1800000000000000
key f09725307c0f5893
sig 985ab5024326b5d6b0a155cff5ccb37c1c281af848f7b7f27ff10116adf75a78085c2a9d1cd0cca68d0eb83869097ea2ef0b51c29bba6e893dd371be12958c98
";

    #[test]
    fn a_note_signed_by_openssl_holds() {
        let keys = [Key::parse(KEY).unwrap()];
        for text in [
            NOTE.to_owned(),
            NOTE.replace('\n', "\r\n"),
            format!("\u{feff}{NOTE}\n"),
        ] {
            let notes = parse(&text).unwrap();
            assert_eq!(notes.len(), 1);
            assert_eq!((notes[0].node, notes[0].size), (5_931_010, 12));
            assert_eq!(signed_by(&notes[0], &keys), Signed::Holds);
            assert_eq!(signed_by(&notes[0], &[]), Signed::Stranger);
        }
        assert_eq!(parse(&NOTE.repeat(3)).unwrap().len(), 3);
    }

    #[test]
    fn any_changed_line_breaks_it() {
        let keys = [Key::parse(KEY).unwrap()];
        for (from, to) in [
            ("node 5931010", "node 5931011"),
            ("size 12", "size 13"),
            ("size 12", "size 012"),
            ("root 66", "root 67"),
            ("at 18", "at 19"),
            ("sig 98", "sig 99"),
        ] {
            let notes = parse(&NOTE.replace(from, to)).unwrap();
            assert_eq!(signed_by(&notes[0], &keys), Signed::Broken, "{to}");
        }
    }

    #[test]
    fn what_is_no_note_is_said() {
        for (from, to, what) in [
            ("head v1", "head v2", "缺少“jinzhi ledger head v1”一行"),
            ("size 12", "size x", "“size”一行不是数字"),
            ("size 12", "size -1", "“size”一行小于零"),
            ("root 66", "root 6", "“root”一行不是 64 位十六进制"),
            ("key ", "", "缺少“key”一行"),
        ] {
            assert_eq!(parse(&NOTE.replace(from, to)).err().unwrap(), what);
        }
        assert_eq!(parse("\n").err().unwrap(), "没有签名头");
        assert!(parse(NOTE.rsplit_once("sig").unwrap().0).is_err());
        assert!(Key::parse(&KEY.replace("04", "02")).is_none());
        assert!(Key::parse("").is_none());
    }
}
