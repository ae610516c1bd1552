//! Words and conditions of a question, as far as the person sees the fields they look at.

use kernel::{Blame, Field, FieldIx, Ground, Kind, Refusal, Register, Scope};
use speech::{Said, said};
use store::{Filter, Reader};

use crate::{App, Outcome};

/// Words of a question that are looked for one by one.
const WORDS_MAX: usize = 8;

/// What is wrong, and what to write instead.
fn with_help(fault: &expr::Fault) -> Said {
    match &fault.help {
        Some(help) => said!("{}，{}" / "{}; {}", fault.message, help),
        None => fault.message.clone(),
    }
}

impl App {
    /// A condition typed by a person; it may look only at fields the person sees.
    pub(super) fn condition(
        &self,
        ground: &Ground,
        def: &Register,
        right: &Scope,
        text: &str,
    ) -> Outcome<Filter> {
        let checked = catalogue::condition(ground.catalogue, def, text).map_err(|faults| {
            let words: Vec<Said> = faults.iter().map(with_help).collect();
            let words = Said::sentences(&words);
            let blame = Blame::at("where", "condition", words);
            Refusal::invalid(vec![blame])
        })?;
        let hidden = checked.keys().iter().any(|key| match key {
            expr::Key::Field(ix) => {
                let field = def.get(FieldIx(*ix));
                field.sealed() || !kernel::sees_field(right, FieldIx(*ix), field)
            }
            _ => false,
        });
        if hidden {
            let blame = Blame::at(
                "where",
                "forbidden",
                said!(
                    "条件里有您无权查看的字段"
                        / "The condition names a field that is not yours to see"
                ),
            );
            return Err(Refusal::invalid(vec![blame]).into());
        }
        Ok(Filter::Cond(checked.fold(&ground.constants(def))))
    }

    /// Words looked for in the fields the person sees. The index holds all searched fields of a record,
    /// so that a hit alone would tell someone with fewer fields what stands in the others.
    pub(crate) fn words(
        &self,
        ground: &Ground,
        reader: &Reader,
        def: &Register,
        right: &Scope,
        words: &str,
    ) -> Outcome<Filter> {
        let mut all = vec![Filter::Text(words.to_owned())];
        if right.fields.is_none() {
            return Ok(all.remove(0));
        }
        let seen: Vec<(FieldIx, &Field)> = def
            .all_fields()
            .filter(|(ix, field)| field.search && kernel::sees_field(right, *ix, field))
            .collect();
        for word in words.split_whitespace().take(WORDS_MAX) {
            let mut any = Vec::new();
            for (ix, field) in &seen {
                if let Kind::Ref { to } = field.kind {
                    any.push(self.named_like(ground, reader, *ix, to, word)?);
                } else if matches!(field.kind.ty(), Some(expr::Type::Text)) {
                    let half = codes::text::fold(word);
                    let mut ways = vec![
                        word.to_owned(),
                        half.to_uppercase(),
                        half.to_lowercase(),
                        half,
                    ];
                    ways.dedup();
                    any.extend(ways.into_iter().map(|way| Filter::Contains(*ix, way)));
                }
            }
            all.push(Filter::Any(any));
        }
        Ok(Filter::All(all))
    }
}
