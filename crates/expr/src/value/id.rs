//! Record ids: 63 bits, shown to people and in addresses as 13 characters of Crockford base32.

use speech::said;

use std::fmt;
use std::str::FromStr;

use super::ValueError;

const ID_CHARS: usize = 13;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The identity of a record. Never negative, so that every database orders it alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub i64);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0 as u64;
        let mut text = [0_u8; ID_CHARS];
        for (place, character) in text.iter_mut().rev().enumerate() {
            *character = ALPHABET[(bits >> (5 * place)) as usize & 31];
        }
        f.pad(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// Reads small letters as capitals, O as 0, I and L as 1, because people read ids aloud.
impl FromStr for Id {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Id, ValueError> {
        let fault = |help| ValueError {
            what: said!("编号" / "a record number"),
            text: text.to_owned(),
            help,
        };
        if text.chars().count() != ID_CHARS {
            return Err(fault(said!(
                "应当是 13 个字母和数字" / "it should be 13 letters and digits"
            )));
        }
        let mut bits = 0_u64;
        for (place, character) in text.chars().enumerate() {
            let plain = match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit = ALPHABET
                .iter()
                .position(|&letter| char::from(letter) == plain)
                .ok_or_else(|| {
                    fault(said!(
                        "里面有编号不用的字符" / "it has characters that record numbers do not use"
                    ))
                })?;
            // 13 characters hold 65 bits; an id has 63, so the first one is 0 to 7.
            if place == 0 && digit > 7 {
                return Err(fault(said!(
                    "首位应当是 0 到 7" / "the first should be 0 to 7"
                )));
            }
            bits = bits << 5 | digit as u64;
        }
        Ok(Id(bits as i64))
    }
}
