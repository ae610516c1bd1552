//! Resolves the names of a condition and settles its types; finds all faults, not the first.

mod arith;
mod compare;
mod kind;

use std::ops::Range;

use crate::ast::{Ast, Expr, Kind, Unit};
use crate::fault::Fault;
use crate::node::{Checked, Node};
use crate::scope::{Key, Scope, Symbol};
use crate::value::{Type, Value};
use kind::{Ty, Typed};
use speech::{Said, said};

/// Checks a condition (`want` is [`Type::Bool`]) or a computed value of the wanted type.
///
/// [`Type::Null`] wants nothing particular: the type is then [`Checked::ty`], and a float is rounded
/// to [`crate::DECIMAL_PLACES_MAX`] places.
pub fn check(ast: &Ast, scope: &dyn Scope, want: Type) -> Result<Checked, Vec<Fault>> {
    let mut checker = Checker {
        text: &ast.text,
        scope,
        faults: Vec::new(),
    };
    let checked = checker
        .infer(&ast.root)
        .and_then(|typed| checker.wanted(&ast.root, typed, want));
    match checked {
        Some(checked) if checker.faults.is_empty() => Ok(checked),
        _ => Err(checker.faults),
    }
}

/// **Invariant:** a method that answers `None` has told why in `faults`.
struct Checker<'a> {
    text: &'a str,
    scope: &'a dyn Scope,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    fn infer(&mut self, expr: &Expr) -> Option<Typed> {
        let literal = |value: Value, ty: Type| Some(Typed::new(Node::Const(value), ty));
        match &expr.kind {
            Kind::Number(number) => {
                let ty = match number.scale {
                    0 => Type::Int,
                    scale => Type::Decimal { scale },
                };
                literal(Value::Int(number.mantissa), ty)
            }
            Kind::Span(count, Unit::Days) => literal(Value::Int(*count), Type::Days),
            Kind::Span(count, Unit::Months) => literal(Value::Int(*count), Type::Months),
            Kind::Text(text) => literal(Value::Text(text.clone()), Type::Text),
            Kind::Date(date) => literal(Value::Date(*date), Type::Date),
            Kind::Bool(yes) => literal(Value::Bool(*yes), Type::Bool),
            Kind::Today => Some(Typed::new(Node::Today, Type::Date)),
            Kind::Now => Some(Typed::new(Node::Now, Type::Moment)),
            Kind::Name(name) => match self.scope.lookup(name) {
                Some(symbol) => self.symbol(&expr.span, symbol),
                None => self.unknown_name(&expr.span, name),
            },
            Kind::And(parts) => Some(Typed::bool(Node::And(self.conditions(parts)?))),
            Kind::Or(parts) => Some(Typed::bool(Node::Or(self.conditions(parts)?))),
            Kind::Not(inner) => {
                let inner = self.condition(inner)?;
                Some(Typed::bool(Node::Not(Box::new(inner))))
            }
            Kind::Negative(inner) => self.negative(inner),
            Kind::Arith(arith, a, b) => self.arith(expr, *arith, a, b),
            Kind::Compare(compare, a, b) => self.compare(expr, *compare, a, b),
            Kind::In(inner, list) => self.listed(inner, list),
            Kind::Empty(inner) => {
                let inner = self.infer(inner)?;
                Some(Typed::bool(Node::Empty(Box::new(inner.node))))
            }
            Kind::Has(inner, entry) => self.has(inner, entry),
            Kind::Within(inner, prefix) => self.within(inner, prefix),
            Kind::Contains(inner, part) => self.contains(inner, part),
        }
    }

    fn symbol(&mut self, span: &Range<usize>, symbol: Symbol) -> Option<Typed> {
        let Some(shape) = kind::shape(&symbol.ty) else {
            return self.fault(
                span,
                said!("“{}”没有值" / "“{}” has no value", &self.text[span.clone()]),
                None,
            );
        };
        let node = match symbol.key {
            Key::Param(index) => Node::Param(index, shape),
            // Their SQL is a constant; a column of months would need another.
            _ if matches!(symbol.ty, Type::Months | Type::Days) => {
                let message = said!(
                    "“{}”是{}，只有参数可以这样" / "“{}” is {}; only parameters can be so",
                    &self.text[span.clone()],
                    symbol.ty
                );
                return self.fault(
                    span,
                    message,
                    Some(said!(
                        "字段请用整数" / "please use a whole number for fields"
                    )),
                );
            }
            key => Node::Load(key, shape),
        };
        Some(Typed::new(node, symbol.ty))
    }

    fn conditions(&mut self, parts: &[Expr]) -> Option<Vec<Node>> {
        // All parts are looked at before the answer, so that all faults are told.
        let nodes: Vec<Option<Node>> = parts
            .iter()
            .enumerate()
            .map(|(place, part)| match self.entry_of_left(parts, place) {
                Some(fault) => {
                    self.faults.push(fault);
                    None
                }
                None => self.condition(part),
            })
            .collect();
        nodes.into_iter().collect()
    }

    fn condition(&mut self, expr: &Expr) -> Option<Node> {
        let typed = self.infer(expr)?;
        if typed.ty == Ty::Of(Type::Bool) {
            return Some(typed.node);
        }
        let message = said!(
            "这里要能答是或否，“{}”却是{}" / "yes or no should stand here, but “{}” is {}",
            self.shown(expr),
            typed.ty
        );
        let help = match typed.ty {
            Ty::Of(Type::Choice(_)) => said!(
                "例如与一个选项比较：kind = lift"
                    / "for example, compare with an option: kind = lift"
            ),
            _ => said!(
                "例如写一个比较，或用 is empty"
                    / "for example, write a comparison, or use is empty"
            ),
        };
        self.fault(&expr.span, message, Some(help))
    }

    /// `kind = lift or escalator` means `kind in [lift, escalator]`, and is told so.
    fn entry_of_left(&self, parts: &[Expr], place: usize) -> Option<Fault> {
        let part = &parts[place];
        let before = &parts[place.checked_sub(1)?];
        let (Kind::Name(word), Kind::Compare(_, left, right)) = (&part.kind, &before.kind) else {
            return None;
        };
        let (Kind::Name(name), Kind::Name(first)) = (&left.kind, &right.kind) else {
            return None;
        };
        let Type::Choice(list) = self.scope.lookup(name)?.ty else {
            return None;
        };
        if self.scope.lookup(word).is_some() || !self.scope.choice_has(&list, word) {
            return None;
        }
        let message = said!(
            "“{word}”是选项，不能单独作条件" / "“{word}” is an option and no condition by itself"
        );
        let help = said!(
            "是否想写“{name} in [{first}, {word}]”？"
                / "did you mean “{name} in [{first}, {word}]”?"
        );
        Some(Fault::new(part.span.clone(), message).help(help))
    }

    fn wanted(&mut self, expr: &Expr, typed: Typed, want: Type) -> Option<Checked> {
        if want == Type::Bool && typed.ty != Ty::Of(Type::Bool) {
            let message = said!(
                "这里要一个条件，“{}”却是{}" / "a condition should stand here, but “{}” is {}",
                self.shown(expr),
                typed.ty
            );
            return self.fault(&expr.span, message, None);
        }
        let found = typed.ty.clone();
        match typed.into_wanted(&want) {
            Some(checked) => Some(checked),
            None => {
                let message = said!(
                    "这里要{1}，“{}”却是{2}" / "{1} should stand here, but “{}” is {2}",
                    self.shown(expr),
                    want,
                    found
                );
                let places = matches!(
                    (&want, &found),
                    (
                        Type::Int | Type::Money | Type::Decimal { .. },
                        Ty::Of(Type::Decimal { .. })
                    )
                );
                let help = places.then(|| {
                    said!(
                        "小数位数比这里允许的多"
                            / "it has more decimal places than are allowed here"
                    )
                });
                self.fault(&expr.span, message, help)
            }
        }
    }

    fn unknown_name<T>(&mut self, span: &Range<usize>, name: &str) -> Option<T> {
        let fault = Fault::new(
            span.clone(),
            said!("没有“{name}”这个名字" / "there is no name “{name}”"),
        );
        self.faults.push(fault.near(name, &self.scope.names()));
        None
    }

    fn fault<T>(&mut self, span: &Range<usize>, message: Said, help: Option<Said>) -> Option<T> {
        self.faults.push(Fault {
            span: span.clone(),
            message,
            help,
        });
        None
    }

    fn shown(&self, expr: &Expr) -> String {
        self.text[expr.span.clone()].to_owned()
    }
}
