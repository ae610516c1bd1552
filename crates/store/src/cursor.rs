//! Places in a list: the sort values and id of the last row seen, sealed against forgery.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use rusqlite::types::Value as Cell;
use std::fmt;
use std::str::FromStr;

use crate::Error;
use crate::seal::Vault;

const MAC_BYTES: usize = 16;
const CURSOR_BYTES_MAX: usize = 4_096;

/// A place in a list, opaque to everybody else. Goes into addresses as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(Vec<u8>);

/// Which way a page is read from its cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Forward,
    Backward,
}

/// A cursor opened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    pub way: Way,
    pub values: Vec<Cell>,
    pub id: i64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64.encode(&self.0))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Cursor, Error> {
        if text.len() > CURSOR_BYTES_MAX {
            return Err(Error::Cursor);
        }
        BASE64.decode(text).map(Cursor).map_err(|_| Error::Cursor)
    }
}

impl Cursor {
    /// `list` says which list and order the cursor belongs to.
    pub(crate) fn seal(vault: &Vault, list: &str, place: &Place) -> Cursor {
        let mut bytes = vec![0; MAC_BYTES];
        bytes.push(match place.way {
            Way::Forward => 1,
            Way::Backward => 2,
        });
        bytes.extend(place.id.to_be_bytes());
        for value in &place.values {
            match value {
                Cell::Integer(number) => {
                    bytes.push(1);
                    bytes.extend(number.to_be_bytes());
                }
                Cell::Text(text) => {
                    bytes.push(2);
                    bytes.extend((text.len() as u32).to_be_bytes());
                    bytes.extend(text.as_bytes());
                }
                // Sort columns hold whole numbers and texts only.
                Cell::Null | Cell::Real(_) | Cell::Blob(_) => bytes.push(0),
            }
        }
        let mac = mac(vault, list, &bytes[MAC_BYTES..]);
        bytes[..MAC_BYTES].copy_from_slice(&mac);
        Cursor(bytes)
    }

    pub(crate) fn open(&self, vault: &Vault, list: &str, columns: usize) -> Result<Place, Error> {
        let (given, body) = self.0.split_at_checked(MAC_BYTES).ok_or(Error::Cursor)?;
        // The answer says only whether it fits, and guessing takes 2^128 tries.
        if given != mac(vault, list, body) {
            return Err(Error::Cursor);
        }
        let mut bytes = Bytes(body);
        let way = match bytes.byte()? {
            1 => Way::Forward,
            2 => Way::Backward,
            _ => return Err(Error::Cursor),
        };
        let id = bytes.number()?;
        let mut values = Vec::with_capacity(columns);
        for _ in 0..columns {
            values.push(match bytes.byte()? {
                0 => Cell::Null,
                1 => Cell::Integer(bytes.number()?),
                2 => Cell::Text(bytes.text()?),
                _ => return Err(Error::Cursor),
            });
        }
        match bytes.0 {
            [] => Ok(Place { way, values, id }),
            _ => Err(Error::Cursor),
        }
    }
}

fn mac(vault: &Vault, list: &str, body: &[u8]) -> [u8; MAC_BYTES] {
    let mut bytes = (list.len() as u64).to_be_bytes().to_vec();
    bytes.extend(list.as_bytes());
    bytes.extend(body);
    *vault
        .cursor_mac(&bytes)
        .first_chunk()
        .expect("a hash is longer than sixteen bytes")
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let (head, rest) = self.0.split_at_checked(count).ok_or(Error::Cursor)?;
        self.0 = rest;
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8, Error> {
        Ok(self.take(1)?[0])
    }

    fn number(&mut self) -> Result<i64, Error> {
        let bytes = self.take(8)?;
        Ok(i64::from_be_bytes(
            bytes.try_into().map_err(|_| Error::Cursor)?,
        ))
    }

    fn text(&mut self) -> Result<String, Error> {
        let length = self.take(4)?;
        let length = u32::from_be_bytes(length.try_into().map_err(|_| Error::Cursor)?);
        let text = self.take(length as usize)?;
        String::from_utf8(text.to_vec()).map_err(|_| Error::Cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seal;

    #[test]
    fn a_cursor_comes_back_only_unaltered_and_to_its_own_list() {
        let dir = tempfile::tempdir().unwrap();
        let vault = Vault::create(dir.path(), Seal::Aes).unwrap();
        let values = vec![
            Cell::Text("2027-03-01".to_owned()),
            Cell::Null,
            Cell::Integer(-5),
        ];
        let place = Place {
            way: Way::Backward,
            values,
            id: 42,
        };
        let text = Cursor::seal(&vault, "a", &place).to_string();
        let cursor: Cursor = text.parse().unwrap();
        assert_eq!(cursor.open(&vault, "a", 3).unwrap(), place);
        assert!(cursor.open(&vault, "b", 3).is_err());
        assert!(cursor.open(&vault, "a", 2).is_err());
        for byte in 0..cursor.0.len() {
            let mut forged = cursor.clone();
            forged.0[byte] ^= 1;
            assert!(forged.open(&vault, "a", 3).is_err(), "byte {byte}");
        }
        assert!("?".parse::<Cursor>().is_err());
        assert!(Cursor(Vec::new()).open(&vault, "a", 0).is_err());
    }
}
