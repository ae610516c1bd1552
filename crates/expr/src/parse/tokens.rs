//! Looking at the tokens and taking them, and what is said when another was wanted.

use std::ops::Range;

use speech::{Said, said};

use super::{NESTING_MAX, Parser};
use crate::fault::Fault;
use crate::lex::TokenKind;

impl Parser {
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        let span = self.span();
        Err(match self.peek() {
            TokenKind::End => return Ok(()),
            TokenKind::Sign(")") => {
                Fault::new(span, said!("多出一个“)”" / "there is one “)” too many")).help(said!(
                    "去掉它，或在前面补上“(”" / "take it away, or put “(” in front"
                ))
            }
            TokenKind::Sign("=" | "!=" | "<" | "<=" | ">" | ">=") => Fault::new(
                span,
                said!("比较不能连写" / "comparisons cannot be chained"),
            )
            .help(said!(
                "请用 and 连接两个比较" / "please join two comparisons by and"
            )),
            _ => self.unexpected(said!("“and”或“or”" / "“and” or “or”")),
        })
    }

    pub(super) fn unexpected(&self, wanted: Said) -> Fault {
        let span = self.span();
        let found = match self.peek() {
            TokenKind::End => {
                return Fault::new(
                    span,
                    said!(
                        "条件没有写完，后面应当是{0}"
                            / "the condition is not finished, {0} should follow",
                        wanted
                    ),
                );
            }
            TokenKind::Sign(sign) => (*sign).to_owned(),
            TokenKind::Word(word) => word.clone(),
            TokenKind::Text(text) => text.clone(),
            TokenKind::Number(number) => number.to_string(),
            TokenKind::Date(date) => date.to_string(),
        };
        Fault::new(
            span,
            said!(
                "这里应当是{0}，却是“{found}”" / "{0} should stand here, not “{found}”",
                wanted
            ),
        )
    }

    /// Brackets without end would exhaust the stack, here and in every database.
    pub(super) fn deeper(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > NESTING_MAX {
            let span = self.tokens[self.at - 1].span.clone();
            return Err(Fault::new(
                span,
                said!(
                    "条件嵌套太深，最多 {NESTING_MAX} 层"
                        / "the condition nests too deeply, at most {NESTING_MAX} levels"
                ),
            ));
        }
        Ok(())
    }

    pub(super) fn peek(&self) -> &TokenKind {
        &self.tokens[self.at].kind
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.tokens[self.at].span.clone()
    }

    pub(super) fn take_word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), TokenKind::Word(word) if word == wanted);
        self.at += usize::from(found);
        found
    }

    pub(super) fn take_sign(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), TokenKind::Sign(sign) if *sign == wanted);
        self.at += usize::from(found);
        found
    }

    pub(super) fn want_word(&mut self, wanted: &str) -> Result<Range<usize>, Fault> {
        let span = self.span();
        if self.take_word(wanted) {
            Ok(span)
        } else {
            Err(self.unexpected(Said::same(format!("“{wanted}”"))))
        }
    }

    pub(super) fn want_sign(&mut self, wanted: &str) -> Result<Range<usize>, Fault> {
        let span = self.span();
        if self.take_sign(wanted) {
            Ok(span)
        } else {
            Err(self.unexpected(Said::same(format!("“{wanted}”"))))
        }
    }
}
