//! Signed heads: a dozen lines of text that fix the whole past of a node, made to be kept elsewhere,
//! by another bureau, on paper or as a printed code (SM2 by GB/T 32918.2, SM3 by GB/T 32905).

use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use std::fmt;

use crate::{Hash, LedgerError, from_hex, sm3, to_hex};

const TITLE: &str = "jinzhi ledger head v1";
/// The user id GM/T 0009 names for when none was agreed on.
const USER_ID: &str = "1234567812345678";
const PUBLIC_KEY_BYTES: usize = 65;

/// What a head states: so many leaves, with this root, on this node, at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub node: u64,
    pub size: u64,
    pub root: Hash,
    /// Microseconds UTC.
    pub at: i64,
}

/// A head with the signature of its node; `Display` writes the note and [`SignedHead::parse`] reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    pub head: Head,
    /// Fingerprint of the signing key.
    pub key: [u8; 8],
    pub signature: [u8; 64],
}

impl SignedHead {
    /// Reads a note in exactly the form in which it is written.
    pub fn parse(note: &str) -> Result<Self, LedgerError> {
        let mut lines = Lines::of(note);
        lines.title()?;
        let head = Head {
            node: lines.number("node ", "node <decimal>")?,
            size: lines.number("size ", "size <decimal>")?,
            root: lines.hex("root ", "root <64 hex>")?,
            at: lines.number("at ", "at <microseconds>")?,
        };
        let key = lines.hex("key ", "key <16 hex>")?;
        let signature = lines.hex("sig ", "sig <128 hex>")?;
        lines.end()?;
        Ok(Self {
            head,
            key,
            signature,
        })
    }

    /// Says whether this key made the signature over this head.
    pub fn verify(&self, key: &PublicKey) -> Result<(), LedgerError> {
        if self.key != key.fingerprint() {
            return Err(LedgerError::OtherKey {
                made_with: to_hex(&self.key),
                given: to_hex(&key.fingerprint()),
            });
        }
        let signature =
            Signature::from_slice(&self.signature).map_err(|_| LedgerError::Signature)?;
        key.0
            .verify(signed_text(&self.head, &self.key).as_bytes(), &signature)
            .map_err(|_| LedgerError::Signature)
    }
}

impl fmt::Display for SignedHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&signed_text(&self.head, &self.key))?;
        writeln!(f, "sig {}", to_hex(&self.signature))
    }
}

/// The signing key of a node. Its `Debug` shows the fingerprint only.
#[derive(Clone)]
pub struct KeyPair {
    signing: SigningKey,
    public: PublicKey,
}

impl KeyPair {
    /// Makes the key from 32 random bytes, which are the secret and must be kept.
    ///
    /// Refused about once in 2³² draws, when the number is not below the order of the curve: draw again.
    pub fn from_secret(secret: &[u8; 32]) -> Result<Self, LedgerError> {
        let signing =
            SigningKey::from_slice(USER_ID, secret).map_err(|_| LedgerError::Key("the secret"))?;
        let public = PublicKey(signing.verifying_key().clone());
        Ok(Self { signing, public })
    }

    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a head. The nonce is drawn from key and message (RFC 6979), so no chance is needed and
    /// the same head always has the same note.
    pub fn sign(&self, head: Head) -> Result<SignedHead, LedgerError> {
        let key = self.public.fingerprint();
        let signature: Signature = self
            .signing
            .try_sign(signed_text(&head, &key).as_bytes())
            .map_err(|_| LedgerError::Signature)?;
        Ok(SignedHead {
            head,
            key,
            signature: signature.to_bytes().into(),
        })
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({})", to_hex(&self.public.fingerprint()))
    }
}

/// The key others check heads with: a point in SEC 1 uncompressed form.
#[derive(Clone, Debug)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    pub fn from_bytes(bytes: &[u8; PUBLIC_KEY_BYTES]) -> Result<Self, LedgerError> {
        VerifyingKey::from_sec1_bytes(USER_ID, bytes)
            .map(Self)
            .map_err(|_| LedgerError::Key("the public key"))
    }

    pub fn to_bytes(&self) -> [u8; PUBLIC_KEY_BYTES] {
        let bytes = self.0.to_sec1_bytes();
        <[u8; PUBLIC_KEY_BYTES]>::try_from(&bytes[..]).expect("SM2 points are written uncompressed")
    }

    /// The content of a public key file: 130 hex digits and a line feed.
    pub fn to_text(&self) -> String {
        to_hex(&self.to_bytes()) + "\n"
    }

    /// Reads what [`PublicKey::to_text`] wrote.
    pub fn parse(text: &str) -> Result<Self, LedgerError> {
        let bytes = from_hex(text.trim_end()).ok_or(LedgerError::Key("the public key"))?;
        Self::from_bytes(&bytes)
    }

    /// First eight bytes of the SM3 of the uncompressed point.
    pub fn fingerprint(&self) -> [u8; 8] {
        let hash = sm3(&self.to_bytes());
        *hash
            .first_chunk()
            .expect("a hash is longer than eight bytes")
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.to_bytes() == other.to_bytes()
    }
}

impl Eq for PublicKey {}

/// All lines above the signature, with their final LF.
fn signed_text(head: &Head, key: &[u8; 8]) -> String {
    format!(
        "{TITLE}\nnode {}\nsize {}\nroot {}\nat {}\nkey {}\n",
        head.node,
        head.size,
        to_hex(&head.root),
        head.at,
        to_hex(key)
    )
}

/// Walks a note line by line and knows where it is.
struct Lines<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Lines<'a> {
    fn of(note: &'a str) -> Self {
        Self {
            rest: note,
            line: 0,
        }
    }

    fn title(&mut self) -> Result<(), LedgerError> {
        match self.after("", TITLE)? {
            TITLE => Ok(()),
            _ => Err(self.fault(TITLE)),
        }
    }

    fn number<T: std::str::FromStr + ToString>(
        &mut self,
        prefix: &str,
        expected: &'static str,
    ) -> Result<T, LedgerError> {
        let text = self.after(prefix, expected)?;
        text.parse::<T>()
            .ok()
            .filter(|number| number.to_string() == text)
            .ok_or(self.fault(expected))
    }

    fn hex<const N: usize>(
        &mut self,
        prefix: &str,
        expected: &'static str,
    ) -> Result<[u8; N], LedgerError> {
        let text = self.after(prefix, expected)?;
        from_hex(text).ok_or(self.fault(expected))
    }

    fn end(&mut self) -> Result<(), LedgerError> {
        self.line += 1;
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.fault("the end"))
        }
    }

    fn after(&mut self, prefix: &str, expected: &'static str) -> Result<&'a str, LedgerError> {
        self.line += 1;
        let (line, rest) = self.rest.split_once('\n').ok_or(self.fault(expected))?;
        self.rest = rest;
        line.strip_prefix(prefix).ok_or(self.fault(expected))
    }

    fn fault(&self, expected: &'static str) -> LedgerError {
        LedgerError::Note {
            line: self.line,
            expected,
        }
    }
}

#[cfg(test)]
mod tests;
