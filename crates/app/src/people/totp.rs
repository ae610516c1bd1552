//! Time-based one-time passwords (RFC 6238) as authenticator apps expect them: SHA-1, 30 s, 6 digits.
//!
//! SHA-1 is sound here: HMAC does not rest on collisions, and apps know nothing else (decision 22).

use hmac::{Hmac, KeyInit, Mac};
use kernel::Moment;
use sha1::Sha1;

use crate::Error;

const STEP_SECONDS: i64 = 30;
const DIGITS: usize = 6;
/// Steps by which the clock of a phone may be off, before and behind.
const DRIFT_STEPS: i64 = 1;
/// RFC 4226 asks for 128 bits at least and recommends 160.
pub const SECRET_BYTES: usize = 20;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The time step at a moment.
fn step_at(now: Moment) -> i64 {
    now.0.div_euclid(STEP_SECONDS * 1_000_000)
}

/// The code of a time step (RFC 4226 §5.3, RFC 6238 §4).
pub fn code_of(secret: &[u8], step: i64) -> Result<String, Error> {
    let code = truncated(secret, step)? % 10_u32.pow(DIGITS as u32);
    Ok(format!("{code:0width$}", width = DIGITS))
}

fn truncated(secret: &[u8], step: i64) -> Result<u32, Error> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret)
        .map_err(|_| Error::Broken("the secret of an authenticator app is no key"))?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 0x0f);
    let word = [hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]];
    Ok(u32::from_be_bytes(word))
}

/// The step whose code was typed, when it is that of now or of a clock slightly off.
pub fn step_of(secret: &[u8], typed: &str, now: Moment) -> Result<Option<i64>, Error> {
    let now = step_at(now);
    let mut found = None;
    // All are computed, so that time tells nothing.
    for step in now - DRIFT_STEPS..=now + DRIFT_STEPS {
        if same(&code_of(secret, step)?, typed) {
            found = Some(step);
        }
    }
    Ok(found)
}

/// Compares without telling by its time where two texts differ.
pub fn same(a: &str, b: &str) -> bool {
    let unlike = a.bytes().zip(b.bytes()).fold(0, |u, (a, b)| u | (a ^ b));
    a.len() == b.len() && unlike == 0
}

/// RFC 4648 without padding.
pub fn base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let mut word = [0; 8];
        word[3..3 + chunk.len()].copy_from_slice(chunk);
        let word = u64::from_be_bytes(word);
        for at in 0..(chunk.len() * 8).div_ceil(5) {
            let digit = (word >> (35 - 5 * at)) & 31;
            out.push(char::from(BASE32[digit as usize]));
        }
    }
    out
}

/// Nothing when some character is not of the alphabet.
pub fn from_base32(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut held, mut out) = (0_u32, 0_u32, Vec::new());
    for letter in text.bytes() {
        let digit = BASE32.iter().position(|known| *known == letter)?;
        bits = (bits << 5) | digit as u32;
        held += 5;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8; 20] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, SHA-1; the last six of its eight digits.
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let step = step_at(Moment(seconds * 1_000_000));
            assert_eq!(code_of(SECRET, step).unwrap(), code[2..], "{seconds}");
            let eight = format!("{:08}", truncated(SECRET, step).unwrap() % 100_000_000);
            assert_eq!(eight, code);
        }
        // RFC 4226, appendix D.
        for (count, code) in ["755224", "287082", "359152", "969429", "338314"]
            .iter()
            .enumerate()
        {
            assert_eq!(code_of(SECRET, count as i64).unwrap(), *code);
        }
    }

    #[test]
    fn a_clock_may_be_off_by_one_step() {
        let now = Moment(1_111_111_109_000_000);
        let step = step_at(now);
        for (off, good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let typed = code_of(SECRET, step + off).unwrap();
            let found = step_of(SECRET, &typed, now).unwrap();
            assert_eq!(found, good.then_some(step + off));
        }
        assert_eq!(step_of(SECRET, "", now).unwrap(), None);
        assert_eq!(step_of(SECRET, "081804\n", now).unwrap(), None);
    }

    #[test]
    fn base32_is_that_of_the_rfc() {
        // RFC 4648 §10.
        for (plain, coded) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), coded);
            assert_eq!(from_base32(coded).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(from_base32("MZ0W"), None);
    }
}
