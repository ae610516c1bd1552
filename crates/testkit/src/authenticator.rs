//! An authenticator app for tests, written apart from the one that checks it.

use hmac::{Hmac, KeyInit, Mac};
use kernel::Moment;
use sha1::Sha1;

/// The six digits that an app with this base32 secret shows at a moment.
pub fn authenticator(secret: &str, now: Moment) -> String {
    let bits: String = (secret.chars().filter(|c| !c.is_whitespace()))
        .map(|c| match c {
            'A'..='Z' => c as u32 - 'A' as u32,
            _ => c as u32 - '2' as u32 + 26,
        })
        .map(|digit| format!("{digit:05b}"))
        .collect();
    let key: Vec<u8> = (bits.as_bytes().chunks_exact(8))
        .filter_map(|eight| u8::from_str_radix(std::str::from_utf8(eight).ok()?, 2).ok())
        .collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).expect("any length");
    let step = u64::try_from(now.0 / 30_000_000).expect("after 1970");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] % 16);
    let word = hash[at..at + 4]
        .iter()
        .fold(0_u64, |w, b| w * 256 + u64::from(*b));
    format!("{:06}", word % (1 << 31) % 1_000_000)
}
