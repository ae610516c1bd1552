//! Heads signed, written, read, and refused after any change.

use super::*;
use proptest::prelude::*;

/// Made with OpenSSL 3.0: `openssl dgst -sm3 -sign KEY -sigopt distid:1234567812345678`.
const OPENSSL_KEY: &str = "04922db5afa74bf8116414ef5cbc439a814c7a8cd58db3d4331be48cf01e82eca030f3a15050e1dc01f99976a8ffa0249937563843bfff3c9de7cee7c869d5a57e";
const OPENSSL_NOTE: &str = "jinzhi ledger head v1
node 5931010
size 12
root 66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0
at 1800000000000000
key f09725307c0f5893
sig 985ab5024326b5d6b0a155cff5ccb37c1c281af848f7b7f27ff10116adf75a78085c2a9d1cd0cca68d0eb83869097ea2ef0b51c29bba6e893dd371be12958c98
";

fn key(byte: u8) -> KeyPair {
    KeyPair::from_secret(&[byte; 32]).unwrap()
}

fn head() -> Head {
    Head {
        node: 5_931_010,
        size: 1_234,
        root: sm3(b"root"),
        at: 1_800_000_000_000_001,
    }
}

#[test]
fn a_note_is_read_as_it_was_written() {
    let signed = key(7).sign(head()).unwrap();
    let note = signed.to_string();
    let lines: Vec<&str> = note.lines().collect();
    assert_eq!(lines[0], "jinzhi ledger head v1");
    assert_eq!(lines[1], "node 5931010");
    assert_eq!(lines[2], "size 1234");
    assert_eq!(lines[3], format!("root {}", to_hex(&sm3(b"root"))));
    assert_eq!(lines[4], "at 1800000000000001");
    assert_eq!(
        lines[5],
        format!("key {}", to_hex(&sm3(&key(7).public().to_bytes())[..8]))
    );
    assert_eq!(lines[6].len(), "sig ".len() + 128);
    assert_eq!(lines.len(), 7);
    assert!(note.ends_with('\n'));
    let read = SignedHead::parse(&note).unwrap();
    assert_eq!(read, signed);
    read.verify(key(7).public()).unwrap();
    // The same head has the same note, so it can be made again.
    assert_eq!(key(7).sign(head()).unwrap(), signed);
}

#[test]
fn a_signature_made_by_openssl_holds() {
    let key = PublicKey::parse(OPENSSL_KEY).unwrap();
    SignedHead::parse(OPENSSL_NOTE)
        .unwrap()
        .verify(&key)
        .unwrap();
}

#[test]
fn another_key_is_refused_by_name() {
    let signed = key(7).sign(head()).unwrap();
    let error = signed.verify(key(8).public()).unwrap_err();
    assert!(matches!(error, LedgerError::OtherKey { .. }), "{error}");
    // Even if the note is made to name the other key.
    let forged = SignedHead {
        key: key(8).public().fingerprint(),
        ..signed
    };
    assert_eq!(forged.verify(key(8).public()), Err(LedgerError::Signature));
}

#[test]
fn no_turned_bit_of_the_signature_holds() {
    let signed = key(7).sign(head()).unwrap();
    for bit in 0..512 {
        let mut forged = signed.clone();
        forged.signature[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            forged.verify(key(7).public()),
            Err(LedgerError::Signature),
            "bit {bit}"
        );
    }
}

#[test]
fn every_stated_value_is_signed() {
    let signed = key(7).sign(head()).unwrap();
    let root = sm3(b"other");
    for changed in [
        Head { node: 1, ..head() },
        Head {
            size: 1_235,
            ..head()
        },
        Head { root, ..head() },
        Head { at: 0, ..head() },
    ] {
        let forged = SignedHead {
            head: changed,
            ..signed.clone()
        };
        assert_eq!(
            forged.verify(key(7).public()),
            Err(LedgerError::Signature),
            "{changed:?}"
        );
    }
}

#[test]
fn a_note_in_another_form_names_its_line() {
    let note = key(7).sign(head()).unwrap().to_string();
    let cases = [
        ("jinzhi ledger head v1", "jinzhi ledger head v2", 1),
        ("node 5931010", "node 05931010", 2),
        ("node 5931010", "node -1", 2),
        ("size 1234", "size +1234", 3),
        ("root ", "root  ", 4),
        ("at 18", "At 18", 5),
        ("key ", "key 0", 6),
        ("sig ", "sig 0", 7),
    ];
    for (from, to, line) in cases {
        let changed = note.replacen(from, to, 1);
        match SignedHead::parse(&changed) {
            Err(LedgerError::Note { line: found, .. }) => assert_eq!(found, line, "{to}"),
            other => panic!("{to}: {other:?}"),
        }
    }
    let cut = note.trim_end();
    assert!(matches!(
        SignedHead::parse(cut),
        Err(LedgerError::Note { line: 7, .. })
    ));
    assert!(matches!(
        SignedHead::parse(&format!("{note}\n")),
        Err(LedgerError::Note { line: 8, .. })
    ));
}

#[test]
fn a_useless_secret_is_refused() {
    assert!(KeyPair::from_secret(&[0; 32]).is_err());
    assert!(KeyPair::from_secret(&[0xff; 32]).is_err());
    assert_eq!(
        format!("{:?}", key(7)),
        format!("KeyPair({})", to_hex(&key(7).public().fingerprint()))
    );
}

#[test]
fn a_public_key_travels_as_text() {
    let public = key(9).public().clone();
    assert_eq!(public.to_text().len(), 131);
    assert_eq!(PublicKey::parse(&public.to_text()).unwrap(), public);
    assert!(PublicKey::parse("04").is_err());
    let mut off_the_curve = public.to_bytes();
    off_the_curve[64] ^= 1;
    assert!(PublicKey::from_bytes(&off_the_curve).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_head_comes_back(secret in prop::array::uniform32(1u8..255), node: u64, size: u64, root: [u8; 32], at: i64) {
        let key = KeyPair::from_secret(&secret).unwrap();
        let signed = key.sign(Head { node, size, root, at }).unwrap();
        let read = SignedHead::parse(&signed.to_string()).unwrap();
        prop_assert_eq!(&read, &signed);
        prop_assert_eq!(read.verify(key.public()), Ok(()));
    }

    #[test]
    fn no_text_makes_the_reader_stumble(text in "(jinzhi ledger head v1\n)?(node [0-9]{1,25}\n)?[ -~\n]{0,80}") {
        prop_assert!(SignedHead::parse(&text).is_err());
    }
}
