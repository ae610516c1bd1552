//! A cursor over text, in place of regular expressions: it takes what fits and never looks back.

/// What is left to read.
pub(crate) struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(text: &'a str) -> Scan<'a> {
        Scan { rest: text }
    }

    /// Takes this literal if it comes next.
    pub(crate) fn eat(&mut self, literal: &str) -> bool {
        match self.rest.strip_prefix(literal) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes one character that fits.
    pub(crate) fn one(&mut self, fits: impl Fn(char) -> bool) -> Option<char> {
        let next = self.rest.chars().next().filter(|&c| fits(c))?;
        self.rest = &self.rest[next.len_utf8()..];
        Some(next)
    }

    /// Takes as many fitting characters as there are, up to `most`; none if fewer than `least`.
    pub(crate) fn many(
        &mut self,
        least: usize,
        most: usize,
        fits: impl Fn(char) -> bool,
    ) -> Option<&'a str> {
        let count = self
            .rest
            .chars()
            .take(most)
            .take_while(|&c| fits(c))
            .count();
        if count < least {
            return None;
        }
        let bytes = self.rest.chars().take(count).map(char::len_utf8).sum();
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        Some(taken)
    }

    /// Takes exactly `count` decimal digits.
    pub(crate) fn digits(&mut self, count: usize) -> Option<&'a str> {
        self.many(count, count, |c| c.is_ascii_digit())
    }

    /// Takes a serial number without a leading zero.
    pub(crate) fn serial(&mut self) -> Option<&'a str> {
        if self.rest.starts_with('0') {
            return None;
        }
        self.many(1, SERIAL_DIGITS_MAX, |c| c.is_ascii_digit())
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }

    pub(crate) fn at_end(&self) -> bool {
        self.rest.is_empty()
    }
}

const SERIAL_DIGITS_MAX: usize = 18;

/// A character of the basic block of Han characters, as the number formats allow.
pub(crate) fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fa5}').contains(&c)
}

pub(crate) fn is_upper_or_digit(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}

/// Place (from 1) and value of the first character that does not fit.
pub(crate) fn first_misfit(text: &str, fits: impl Fn(char) -> bool) -> Option<(usize, char)> {
    text.chars()
        .enumerate()
        .find(|&(_, c)| !fits(c))
        .map(|(i, c)| (i + 1, c))
}
