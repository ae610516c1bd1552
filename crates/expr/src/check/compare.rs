//! Comparisons, and the words that are entries of a list because the other side is a choice.

use speech::{Said, said};

use super::Checker;
use super::kind::{Ty, Typed, aligned};
use crate::ast::{Compare, Expr, Kind};
use crate::fault::Fault;
use crate::node::Node;
use crate::value::{Type, Value};

/// When no word is near, a list up to this length is told whole.
const ENTRIES_TOLD_MAX: usize = 8;

impl Checker<'_> {
    pub(super) fn compare(
        &mut self,
        whole: &Expr,
        compare: Compare,
        a: &Expr,
        b: &Expr,
    ) -> Option<Typed> {
        let (left, right) = self.sides(a, b)?;
        let (left_ty, right_ty) = (left.ty.clone(), right.ty.clone());
        let made = |a: Node, b: Node| {
            Some(Typed::bool(Node::Compare(
                compare,
                Box::new(a),
                Box::new(b),
            )))
        };
        let counts = |ty: &Ty| *ty == Ty::Of(Type::Months);
        let whole_number = |ty: &Ty| *ty == Ty::Of(Type::Int);
        if counts(&left_ty) && (counts(&right_ty) || whole_number(&right_ty))
            || whole_number(&left_ty) && counts(&right_ty)
        {
            return made(left.node, right.node);
        }
        let (left, right) = (left.days_as_number(), right.days_as_number());
        if left.is_number() && right.is_number() {
            let (left, right, _) = aligned(left, right);
            return made(left, right);
        }
        if let Some(how) = only_asked_otherwise(&left_ty).or(only_asked_otherwise(&right_ty)) {
            let (expr, ty) = match only_asked_otherwise(&left_ty) {
                Some(_) => (a, &left_ty),
                None => (b, &right_ty),
            };
            let message = said!(
                "“{}”是{1}，不能这样比较" / "“{}” is {1} and cannot be compared so",
                self.shown(expr),
                ty
            );
            return self.fault(&whole.span, message, Some(how));
        }
        if left_ty != right_ty {
            return self.mismatch(whole, a, &left_ty, b, &right_ty);
        }
        let ordered = matches!(left_ty, Ty::Of(Type::Text | Type::Date | Type::Moment));
        if compare.asks_order() && !ordered {
            let message = said!(
                "“{}”是{1}，不分大小" / "“{}” is {1} and has no order",
                self.shown(a),
                left_ty
            );
            return self.fault(
                &whole.span,
                message,
                Some(said!("只能用 = 或 !=" / "only = and != can be used")),
            );
        }
        made(left.node, right.node)
    }

    pub(super) fn listed(&mut self, inner: &Expr, list: &[Expr]) -> Option<Typed> {
        let typed = self.infer(inner)?;
        if let Some(how) = only_asked_otherwise(&typed.ty) {
            let message = said!(
                "“{}”是{}，不能用 in" / "“{}” is {} and cannot be used with in",
                self.shown(inner),
                typed.ty
            );
            return self.fault(&inner.span, message, Some(how));
        }
        let mut typed = typed.days_as_number();
        let mut entries = Vec::new();
        let mut sound = true;
        for expr in list {
            match self.list_entry(inner, &typed, expr) {
                Some(entry) => entries.push(entry),
                None => sound = false,
            }
        }
        if !sound {
            return None;
        }
        if typed.is_number() {
            let most = entries.iter().filter_map(Typed::places).max().unwrap_or(0);
            // A float meets a whole number as it is, so all are written with the same places.
            let Some(own) = typed.places() else {
                let message = said!(
                    "“{}”是除法的结果，不能用 in"
                        / "“{}” is the result of a division and cannot be used with in",
                    self.shown(inner)
                );
                return self.fault(
                    &inner.span,
                    message,
                    Some(said!(
                        "请写成两个大小比较" / "please write two comparisons of size"
                    )),
                );
            };
            let places = most.max(own);
            typed.node = typed.node.scaled(places - own);
            for entry in &mut entries {
                let more = places - entry.places().unwrap_or(places);
                let node = std::mem::replace(&mut entry.node, Node::Const(Value::Null));
                entry.node = node.scaled(more);
            }
        }
        // A literal too large for the places of the column equals none of its values.
        let values = entries
            .into_iter()
            .filter_map(Typed::into_literal)
            .collect();
        Some(Typed::bool(Node::In(Box::new(typed.node), values)))
    }

    fn list_entry(&mut self, inner: &Expr, typed: &Typed, expr: &Expr) -> Option<Typed> {
        if matches!(expr.kind, Kind::Today | Kind::Now) {
            let message = said!(
                "in 的方括号里只能写固定的值，“{}”不是"
                    / "the brackets of in hold fixed values only; “{}” is none",
                self.shown(expr)
            );
            return self.fault(&expr.span, message, None);
        }
        let entry = match self.settle(expr, &typed.ty) {
            Some(settled) => settled?,
            None if matches!(expr.kind, Kind::Name(_)) => {
                let message = said!(
                    "in 的方括号里只能写固定的值，“{}”不是"
                        / "the brackets of in hold fixed values only; “{}” is none",
                    self.shown(expr)
                );
                return self.fault(
                    &expr.span,
                    message,
                    Some(said!("文字要加单引号" / "texts stand in single quotes")),
                );
            }
            None => self.infer(expr)?,
        };
        let entry = entry.days_as_number();
        if entry.ty == typed.ty || entry.is_number() && typed.is_number() {
            return Some(entry);
        }
        self.mismatch(expr, inner, &typed.ty, expr, &entry.ty)
    }

    pub(super) fn has(&mut self, inner: &Expr, entry: &Expr) -> Option<Typed> {
        let typed = self.infer(inner)?;
        let Ty::Of(Type::Choices(list)) = &typed.ty else {
            let message = said!(
                "“{}”是{}，has 只能用于多选" / "“{}” is {}; has is for several options only",
                self.shown(inner),
                typed.ty
            );
            let single = matches!(typed.ty, Ty::Of(Type::Choice(_)));
            return self.fault(
                &inner.span,
                message,
                single.then(|| said!("单选请用 =" / "for a single option please use =")),
            );
        };
        let word = match &entry.kind {
            Kind::Name(word) | Kind::Text(word) => word,
            _ => {
                let message = said!(
                    "has 后面应当是一个选项，却是“{}”" / "an option should follow has, not “{}”",
                    self.shown(entry)
                );
                return self.fault(&entry.span, message, None);
            }
        };
        let list = list.clone();
        let word = self.entry(entry, &list, word)?;
        Some(Typed::bool(Node::Has(Box::new(typed.node), word)))
    }

    pub(super) fn within(&mut self, inner: &Expr, prefix: &Expr) -> Option<Typed> {
        let (inner, prefix) = self.text_pair("within", inner, prefix)?;
        Some(Typed::bool(Node::Within(Box::new(inner), prefix)))
    }

    pub(super) fn contains(&mut self, inner: &Expr, part: &Expr) -> Option<Typed> {
        let (inner, part) = self.text_pair("contains", inner, part)?;
        Some(Typed::bool(Node::Contains(Box::new(inner), part)))
    }

    /// A text (for `within` also a division) and a quoted text that is not empty.
    fn text_pair(&mut self, word: &str, inner: &Expr, part: &Expr) -> Option<(Node, String)> {
        let typed = self.infer(inner)?;
        let fits = match typed.ty {
            Ty::Of(Type::Text) => true,
            Ty::Of(Type::Division) => word == "within",
            _ => false,
        };
        if !fits {
            let wanted = if word == "within" {
                said!("区划和文字" / "divisions and texts")
            } else {
                said!("文字" / "texts")
            };
            let message = said!(
                "“{}”是{}，{word} 只能用于{2}" / "“{}” is {}; {word} is for {2} only",
                self.shown(inner),
                typed.ty,
                wanted
            );
            return self.fault(&inner.span, message, None);
        }
        match &part.kind {
            Kind::Text(text) if !text.is_empty() => Some((typed.node, text.clone())),
            _ => {
                let message = said!(
                    "{word} 后面应当是加单引号的文字，却是“{}”"
                        / "a text in single quotes should follow {word}, not “{}”",
                    self.shown(part)
                );
                self.fault(&part.span, message, None)
            }
        }
    }

    /// Both sides typed. A word or text takes its meaning from the other side first.
    fn sides(&mut self, a: &Expr, b: &Expr) -> Option<(Typed, Typed)> {
        if let Some(ty) = self.known_type(a)
            && let Some(right) = self.settle(b, &ty)
        {
            let left = self.infer(a);
            return Some((left?, right?));
        }
        if let Some(ty) = self.known_type(b)
            && let Some(left) = self.settle(a, &ty)
        {
            let right = self.infer(b);
            return Some((left?, right?));
        }
        let faults_before = self.faults.len();
        let left = self.infer(a);
        // A word beside an unknown name may be an entry of its list; one fault is enough.
        if self.faults.len() > faults_before && matches!(b.kind, Kind::Name(_)) {
            return None;
        }
        let right = self.infer(b);
        Some((left?, right?))
    }

    /// The type of a symbol, when it gives words and texts beside it a meaning.
    fn known_type(&self, expr: &Expr) -> Option<Ty> {
        let Kind::Name(name) = &expr.kind else {
            return None;
        };
        Some(Ty::Of(self.scope.lookup(name)?.ty))
    }

    /// A word or a text beside a value of this type; none when it has no special meaning there.
    fn settle(&mut self, expr: &Expr, beside: &Ty) -> Option<Option<Typed>> {
        let text = |value: Value, ty: &Type| Some(Some(Typed::new(Node::Const(value), ty.clone())));
        match (&expr.kind, beside) {
            (Kind::Name(word), Ty::Of(ty @ Type::Choice(list))) => {
                if self.scope.choice_has(list, word) {
                    return text(Value::from(word.as_str()), ty);
                }
                if self.scope.lookup(word).is_some() {
                    return None;
                }
                let list = list.clone();
                self.entry(expr, &list, word);
                Some(None)
            }
            (Kind::Text(word), Ty::Of(ty @ Type::Choice(list))) => {
                let list = list.clone();
                match self.entry(expr, &list, word) {
                    Some(word) => text(Value::Text(word), ty),
                    None => Some(None),
                }
            }
            (Kind::Text(code), Ty::Of(ty @ Type::Division)) => text(Value::from(code.as_str()), ty),
            (Kind::Text(id), Ty::Of(ty @ Type::Ref)) => match id.parse() {
                Ok(id) => text(Value::Id(id), ty),
                Err(error) => Some(self.fault(&expr.span, error.said(), None)),
            },
            _ => None,
        }
    }

    fn entry(&mut self, expr: &Expr, list: &str, word: &str) -> Option<String> {
        if self.scope.choice_has(list, word) {
            return Some(word.to_owned());
        }
        let mut known = self.scope.choice_names(list);
        let fault = Fault::new(
            expr.span.clone(),
            said!("“{list}”里没有“{word}”这个选项" / "“{list}” has no option “{word}”"),
        );
        let mut fault = fault.near(word, &known);
        if fault.help.is_none() && (1..=ENTRIES_TOLD_MAX).contains(&known.len()) {
            known.sort();
            fault = fault.help(said!("可以写：{}" / "one of: {}", Said::list(&known)));
        }
        self.faults.push(fault);
        None
    }

    fn mismatch<T>(&mut self, whole: &Expr, a: &Expr, a_ty: &Ty, b: &Expr, b_ty: &Ty) -> Option<T> {
        let message = match (a_ty, b_ty) {
            (Ty::Of(Type::Choice(a_list)), Ty::Of(Type::Choice(b_list))) => said!(
                "“{}”取自“{a_list}”，“{}”取自“{b_list}”，不能比较"
                    / "“{}” comes from “{a_list}” and “{}” from “{b_list}”; they cannot be compared",
                self.shown(a),
                self.shown(b)
            ),
            _ => said!(
                "“{}”是{1}，不能与{2}比较" / "“{}” is {1} and cannot be compared with {2}",
                self.shown(a),
                a_ty,
                b_ty
            ),
        };
        let quoted_date = |ty: &Ty, other: &Expr| {
            matches!(ty, Ty::Of(Type::Date)) && matches!(other.kind, Kind::Text(_))
        };
        let quoted_code = |ty: &Ty, other: &Expr| {
            matches!(
                ty,
                Ty::Of(Type::Choice(_) | Type::Text | Type::Division | Type::Ref)
            ) && matches!(other.kind, Kind::Number(_))
        };
        let day_and_moment = matches!((a_ty, b_ty), (Ty::Of(Type::Date), Ty::Of(Type::Moment)))
            || matches!((a_ty, b_ty), (Ty::Of(Type::Moment), Ty::Of(Type::Date)));
        let help = if quoted_date(a_ty, b) || quoted_date(b_ty, a) {
            Some(said!(
                "日期不加引号，例如 2027-03-01" / "dates take no quotes, like 2027-03-01"
            ))
        } else if quoted_code(a_ty, b) {
            Some(said!(
                "以数字开头的要加单引号：'{}'"
                    / "what begins with a digit takes single quotes: '{}'",
                self.shown(b)
            ))
        } else if day_and_moment {
            Some(said!(
                "时刻请与 now 比较，例如 created_at > now - 1 day"
                    / "please compare moments with now, like created_at > now - 1 day"
            ))
        } else {
            None
        };
        self.fault(&whole.span, message, help)
    }
}

/// Types that no comparison sign knows, and how to ask instead.
fn only_asked_otherwise(ty: &Ty) -> Option<Said> {
    match ty {
        Ty::Of(Type::Choices(_)) => Some(said!(
            "多选请用 has，或 is empty" / "for several options please use has, or is empty"
        )),
        Ty::Of(Type::Point) => Some(said!(
            "坐标只能用 is empty" / "places on the map only know is empty"
        )),
        _ => None,
    }
}
