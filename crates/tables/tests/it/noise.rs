//! Noise: random and bent bytes are read or refused, never with a panic and never without end.

use crate::xlsx::sheet_xml_book;
use crate::{gb18030, given, gz, rows_of};

const ROUNDS: u64 = 4_000;
const BOOK_ROUNDS: u64 = 1_500;

/// A small generator of its own (SplitMix64), so that a failing round can be named by its number.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }

    fn bend(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(6) {
            if bytes.is_empty() {
                return;
            }
            let at = self.below(bytes.len());
            match self.below(4) {
                0 => bytes[at] = self.next() as u8,
                1 => bytes.truncate(at),
                2 => bytes[at] ^= 1 << self.below(8),
                _ => {
                    let piece = bytes[at..(at + self.below(20)).min(bytes.len())].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
    }
}

/// Whether it could be read to its end.
fn is_read(bytes: &[u8], round: u64) -> bool {
    let Ok(reader) = given(bytes).open() else {
        return false;
    };
    assert!(!reader.header().is_empty(), "round {round}");
    match rows_of(reader) {
        Ok(rows) => {
            let lines = rows.windows(2).all(|pair| pair[0].line < pair[1].line);
            assert!(
                lines || bytes.starts_with(b"PK"),
                "round {round}: lines go up"
            );
            for row in &rows {
                assert!(
                    row.flaws.iter().all(|flaw| flaw.cell < row.cells.len()),
                    "round {round}"
                );
            }
            true
        }
        Err(error) => {
            assert!(!error.to_string().is_empty(), "round {round}");
            false
        }
    }
}

#[test]
fn random_bytes_and_bent_text() {
    let alphabet = "a1,\"\"\n\r\t;'=\0中𠀀\u{feff}|";
    let chars: Vec<char> = alphabet.chars().collect();
    let mut read = 0;
    for round in 0..ROUNDS {
        let mut dice = Dice(round);
        let length = dice.below(200);
        let text: String = (0..length)
            .map(|_| chars[dice.below(chars.len())])
            .collect();
        let mut bytes = match round % 4 {
            0 => dice.bytes(length),
            1 => gb18030(&text),
            2 => gz(text.as_bytes()),
            _ => text.into_bytes(),
        };
        if round % 3 == 0 {
            dice.bend(&mut bytes);
        }
        read += u64::from(is_read(&bytes, round));
    }
    assert!(
        read > ROUNDS / 20 && read < ROUNDS,
        "{read} of {ROUNDS} were read"
    );
}

#[test]
fn bent_workbooks() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>name</v></c><c r=\"B1\" t=\"str\"><v>n</v></c></row>\
                <row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>x</t></is></c><c r=\"B2\"><v>1.5</v></c></row>";
    let whole = sheet_xml_book(rows);
    assert!(is_read(&whole, 0));
    for round in 0..BOOK_ROUNDS {
        let mut dice = Dice(round);
        if round % 2 == 0 {
            let mut bytes = whole.clone();
            dice.bend(&mut bytes);
            is_read(&bytes, round);
        } else {
            // Bent within: a whole zip around crooked XML.
            let mut xml = rows.as_bytes().to_vec();
            dice.bend(&mut xml);
            is_read(&sheet_xml_book(&String::from_utf8_lossy(&xml)), round);
        }
    }
}
