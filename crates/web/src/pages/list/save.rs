//! What is posted to a list: questions that name a person, and saved views.

use app::No;
use catalogue::{Register, RegisterIx};
use kernel::{Blame, Id, Refusal};
use speech::Said;

use super::Question;
use super::tools::VIEW_NAME_CHARS_MAX;
use crate::door::{Paged, Sent, Visit, not_found, see};
use crate::frame::list_href;

/// A question that names a person: kept under a number.
pub fn post(visit: &Visit, ix: RegisterIx, def: &Register, sent: Sent) -> Paged {
    let mut question = Question::read(visit, ix, def);
    let typed = Question::of(visit, def, &sent.pairs);
    for (_, field) in super::offer::fields(visit, def)
        .iter()
        .filter(|(_, f)| f.personal)
    {
        question.kept.retain(|(name, _)| *name != field.name);
    }
    question.kept.extend(typed.filters);
    question.token = match question.kept.is_empty() && question.kept_q.is_empty() {
        true => None,
        false => Some(question.keep(visit, ix)?),
    };
    see(&question.href(def))
}

pub fn save_view(visit: &Visit, ix: RegisterIx, def: &Register, sent: Sent) -> Paged {
    visit.session()?;
    let name = sent.pairs.get("view_name").trim();
    if name.is_empty() || name.chars().count() > VIEW_NAME_CHARS_MAX as usize {
        let message = visit
            .say
            .view_name_bad
            .replace("{n}", &VIEW_NAME_CHARS_MAX.to_string());
        return Err(
            Refusal::invalid(vec![Blame::at("view_name", "length", Said::same(message))]).into(),
        );
    }
    let query = sent.pairs.get("query");
    visit.app().save_view(&visit.actor, ix, name, query)?;
    see(&format!("{}?{query}", list_href(&def.path)))
}

pub fn drop_view(visit: &Visit, _: RegisterIx, def: &Register, sent: Sent) -> Paged {
    visit.app().drop_view(&visit.actor, view(visit, &sent)?)?;
    see(&format!("{}?gone=1", list_href(&def.path)))
}

pub fn share_view(visit: &Visit, _: RegisterIx, def: &Register, sent: Sent) -> Paged {
    visit.app().share_view(&visit.actor, view(visit, &sent)?)?;
    see(&format!("{}?shared=1", list_href(&def.path)))
}

pub fn unshare_view(visit: &Visit, _: RegisterIx, def: &Register, sent: Sent) -> Paged {
    visit
        .app()
        .unshare_view(&visit.actor, view(visit, &sent)?)?;
    see(&format!("{}?unshared=1", list_href(&def.path)))
}

fn view(visit: &Visit, sent: &Sent) -> Result<Id, No> {
    visit.session()?;
    sent.pairs.get("view").parse().map_err(|_| not_found())
}
