//! What is wrong in a text of a definition, where, and the likely meant word.

use speech::{Said, said};

use std::ops::Range;

/// A definition is wrong. `span` counts bytes of the text that was given; the caller adds the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", message.zh)]
pub struct Fault {
    pub span: Range<usize>,
    pub message: Said,
    pub help: Option<Said>,
}

impl Fault {
    pub fn new(span: Range<usize>, message: Said) -> Fault {
        Fault {
            span,
            message,
            help: None,
        }
    }

    pub fn help(mut self, help: Said) -> Fault {
        self.help = Some(help);
        self
    }

    /// Adds "did you mean" when a known word is near the written one.
    pub fn near(mut self, written: &str, known: &[String]) -> Fault {
        if let Some(meant) = nearest(written, known) {
            self.help = Some(said!("是否想写“{meant}”？" / "did you mean “{meant}”?"));
        }
        self
    }
}

/// The known word a slip of the pen away; one slip in three letters is still a slip.
fn nearest<'a>(written: &str, known: &'a [String]) -> Option<&'a String> {
    let slips_max = (written.chars().count() / 3).clamp(1, 4);
    known
        .iter()
        .map(|word| (strsim::damerau_levenshtein(written, word), word))
        .filter(|(slips, _)| *slips <= slips_max)
        .min()
        .map(|(_, word)| word)
}
