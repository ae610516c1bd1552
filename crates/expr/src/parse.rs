//! Reads the grammar of conditions by recursive descent, within limits on size and depth.
//!
//! ```text
//! or    := and ("or" and)*
//! and   := not ("and" not)*
//! not   := "not" not | cmp
//! cmp   := sum [ ("=" | "!=" | "<" | "<=" | ">" | ">=") sum
//!              | ["not"] "in" "[" literal ("," literal)* "]"
//!              | "is" ["not"] "empty"
//!              | "has" literal | "within" literal | "contains" literal ]
//! sum   := prod (("+" | "-") prod)*
//! prod  := unary (("*" | "/") unary)*
//! unary := "-" unary | "(" or ")" | literal | "today" | "now"
//! literal := number [unit] | date | 'text' | name | "true" | "false"
//! unit  := "day" | "days" | "month" | "months" | "year" | "years"
//! ```

use speech::{Said, said};

use crate::ast::{Arith, Ast, Compare, Expr, Kind, Unit};
use crate::fault::Fault;
use crate::lex::{Token, TokenKind, lex};
use crate::value::Dec;

mod tokens;

/// The most names and literals in one condition.
pub const CONDITION_TERMS_MAX: usize = 256;
/// The deepest nesting of brackets, `not` and minus signs.
pub const NESTING_MAX: usize = 32;

/// Reads one condition or computed value; the first fault ends the reading.
pub fn parse(text: &str) -> Result<Ast, Fault> {
    let mut parser = Parser {
        tokens: lex(text)?,
        at: 0,
        terms: 0,
        depth: 0,
    };
    if parser.peek() == &TokenKind::End {
        return Err(Fault::new(
            0..text.len(),
            said!("条件是空的" / "the condition is empty"),
        ));
    }
    let root = parser.or()?;
    parser.end()?;
    Ok(Ast {
        text: text.to_owned(),
        root,
    })
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    terms: usize,
    depth: usize,
}

impl Parser {
    fn or(&mut self) -> Result<Expr, Fault> {
        let mut parts = vec![self.and()?];
        while self.take_word("or") {
            parts.push(self.and()?);
        }
        Ok(joined(parts, Kind::Or))
    }

    fn and(&mut self) -> Result<Expr, Fault> {
        let mut parts = vec![self.not()?];
        while self.take_word("and") {
            parts.push(self.not()?);
        }
        Ok(joined(parts, Kind::And))
    }

    fn not(&mut self) -> Result<Expr, Fault> {
        let start = self.span().start;
        if !self.take_word("not") {
            return self.comparison();
        }
        self.deeper()?;
        let inner = self.not()?;
        self.depth -= 1;
        Ok(Expr {
            span: start..inner.span.end,
            kind: Kind::Not(Box::new(inner)),
        })
    }

    fn comparison(&mut self) -> Result<Expr, Fault> {
        let left = Box::new(self.sum()?);
        let start = left.span.start;
        let made = |end: usize, kind: Kind| Expr {
            span: start..end,
            kind,
        };
        let compare = match self.peek() {
            TokenKind::Sign("=") => Compare::Eq,
            TokenKind::Sign("!=") => Compare::Ne,
            TokenKind::Sign("<") => Compare::Lt,
            TokenKind::Sign("<=") => Compare::Le,
            TokenKind::Sign(">") => Compare::Gt,
            TokenKind::Sign(">=") => Compare::Ge,
            TokenKind::Word(word) => {
                return match word.as_str() {
                    "in" => {
                        self.at += 1;
                        let (list, end) = self.list()?;
                        Ok(made(end, Kind::In(left, list)))
                    }
                    "not" => {
                        self.at += 1;
                        self.want_word("in")?;
                        let (list, end) = self.list()?;
                        let inner = made(end, Kind::In(left, list));
                        Ok(made(end, Kind::Not(Box::new(inner))))
                    }
                    "is" => {
                        self.at += 1;
                        let negated = self.take_word("not");
                        let end = self.want_word("empty")?.end;
                        let inner = made(end, Kind::Empty(left));
                        Ok(if negated {
                            made(end, Kind::Not(Box::new(inner)))
                        } else {
                            inner
                        })
                    }
                    "has" => self.suffix(left, Kind::Has),
                    "within" => self.suffix(left, Kind::Within),
                    "contains" => self.suffix(left, Kind::Contains),
                    _ => Ok(*left),
                };
            }
            _ => return Ok(*left),
        };
        self.at += 1;
        let right = Box::new(self.sum()?);
        Ok(made(right.span.end, Kind::Compare(compare, left, right)))
    }

    fn suffix(
        &mut self,
        left: Box<Expr>,
        kind: fn(Box<Expr>, Box<Expr>) -> Kind,
    ) -> Result<Expr, Fault> {
        self.at += 1;
        let right = Box::new(self.literal()?);
        Ok(Expr {
            span: left.span.start..right.span.end,
            kind: kind(left, right),
        })
    }

    fn list(&mut self) -> Result<(Vec<Expr>, usize), Fault> {
        self.want_sign("[")?;
        let mut list = vec![self.literal()?];
        while self.take_sign(",") {
            list.push(self.literal()?);
        }
        let end = self.want_sign("]")?.end;
        Ok((list, end))
    }

    fn sum(&mut self) -> Result<Expr, Fault> {
        let mut left = self.product()?;
        loop {
            let arith = match self.peek() {
                TokenKind::Sign("+") => Arith::Add,
                TokenKind::Sign("-") => Arith::Sub,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.product()?;
            left = arithmetic(arith, left, right);
        }
    }

    fn product(&mut self) -> Result<Expr, Fault> {
        let mut left = self.unary()?;
        loop {
            let arith = match self.peek() {
                TokenKind::Sign("*") => Arith::Mul,
                TokenKind::Sign("/") => Arith::Div,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.unary()?;
            left = arithmetic(arith, left, right);
        }
    }

    fn unary(&mut self) -> Result<Expr, Fault> {
        let start = self.span().start;
        if !self.take_sign("-") {
            return self.atom();
        }
        self.deeper()?;
        let inner = self.unary()?;
        self.depth -= 1;
        let span = start..inner.span.end;
        Ok(match inner.kind {
            Kind::Number(number) => Expr {
                span,
                kind: Kind::Number(negative(number)),
            },
            _ => Expr {
                span,
                kind: Kind::Negative(Box::new(inner)),
            },
        })
    }

    fn atom(&mut self) -> Result<Expr, Fault> {
        if self.take_sign("(") {
            let open = self.tokens[self.at - 1].span.clone();
            self.deeper()?;
            let mut inner = self.or()?;
            self.depth -= 1;
            if self.peek() == &TokenKind::End {
                return Err(
                    Fault::new(open, said!("括号没有闭合" / "the bracket is not closed"))
                        .help(said!("在后面补上“)”" / "put “)” behind")),
                );
            }
            inner.span = open.start..self.want_sign(")")?.end;
            return Ok(inner);
        }
        self.term(said!(
            "名字、数字、日期或文字" / "a name, number, date or text"
        ))
    }

    /// A value written out: a number with or without minus, a date, a text, a word.
    fn literal(&mut self) -> Result<Expr, Fault> {
        let start = self.span().start;
        if self.take_sign("-") {
            let number = self.term(said!("数字" / "a number"))?;
            let span = start..number.span.end;
            return match number.kind {
                Kind::Number(number) => Ok(Expr {
                    span,
                    kind: Kind::Number(negative(number)),
                }),
                _ => Err(Fault::new(
                    span,
                    said!("减号后面应当是数字" / "a number should follow the minus sign"),
                )),
            };
        }
        self.term(said!("一个固定的值" / "a fixed value"))
    }

    fn term(&mut self, wanted: Said) -> Result<Expr, Fault> {
        let span = self.span();
        self.terms += 1;
        if self.terms > CONDITION_TERMS_MAX {
            let message = said!(
                "条件里的名字和值太多，最多 {CONDITION_TERMS_MAX} 个"
                    / "the condition has too many names and values, at most {CONDITION_TERMS_MAX}"
            );
            return Err(Fault::new(span, message).help(said!(
                "请拆成几条，或改用程序里的规则" / "please split it, or use a rule in the program"
            )));
        }
        let kind = match self.peek().clone() {
            TokenKind::Number(number) => return self.number(number),
            TokenKind::Date(date) => Kind::Date(date),
            TokenKind::Text(text) => Kind::Text(text),
            TokenKind::Word(word) => match word.as_str() {
                "true" => Kind::Bool(true),
                "false" => Kind::Bool(false),
                "today" => Kind::Today,
                "now" => Kind::Now,
                "and" | "or" | "not" | "in" | "is" | "empty" | "has" | "within" | "contains" => {
                    return Err(self.unexpected(wanted));
                }
                _ => Kind::Name(word),
            },
            TokenKind::Sign(_) | TokenKind::End => return Err(self.unexpected(wanted)),
        };
        self.at += 1;
        Ok(Expr { span, kind })
    }

    /// A number, and its unit if one follows.
    fn number(&mut self, number: Dec) -> Result<Expr, Fault> {
        let span = self.span();
        self.at += 1;
        let (unit, times) = match self.peek() {
            TokenKind::Word(word) => match word.as_str() {
                "day" | "days" => (Unit::Days, 1),
                "month" | "months" => (Unit::Months, 1),
                "year" | "years" => (Unit::Months, 12),
                _ => {
                    return Ok(Expr {
                        span,
                        kind: Kind::Number(number),
                    });
                }
            },
            _ => {
                return Ok(Expr {
                    span,
                    kind: Kind::Number(number),
                });
            }
        };
        let span = span.start..self.span().end;
        self.at += 1;
        if number.scale != 0 {
            return Err(Fault::new(
                span,
                said!(
                    "天、月、年前面应当是整数"
                        / "a whole number should stand before days, months and years"
                ),
            ));
        }
        match number.mantissa.checked_mul(times) {
            Some(count) => Ok(Expr {
                span,
                kind: Kind::Span(count, unit),
            }),
            None => Err(Fault::new(
                span,
                said!("数字太大" / "the number is too large"),
            )),
        }
    }
}

fn joined(mut parts: Vec<Expr>, kind: fn(Vec<Expr>) -> Kind) -> Expr {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    let span = parts[0].span.start..parts[parts.len() - 1].span.end;
    Expr {
        span,
        kind: kind(parts),
    }
}

fn arithmetic(arith: Arith, left: Expr, right: Expr) -> Expr {
    let span = left.span.start..right.span.end;
    Expr {
        span,
        kind: Kind::Arith(arith, Box::new(left), Box::new(right)),
    }
}

/// A literal was read without sign, so its mantissa has a negative twin.
fn negative(number: Dec) -> Dec {
    Dec {
        mantissa: -number.mantissa,
        scale: number.scale,
    }
}
