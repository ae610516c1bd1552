//! Taking an action: a page that asks for what it needs, and a check page before legal effect.

mod boxes;

use app::{No, RecordPage};
use catalogue::{Action, FieldIx, Register, RegisterIx};
use http::StatusCode;
use kernel::{Blame, Id, Lang, Reason, Words};
use maud::{Markup, html};

use super::weight::{self, is_checked, weight};
use super::{crumbs, facts, opinion_box, record_href};
use crate::door::{Paged, Sent, Visit, not_found};
use crate::frame::{self, Parts};
use crate::pages::after::{self, Acted};
use crate::pages::edit::{self, Sheet, box_name};
use crate::pages::shows::Reading;
use crate::ui::button::{Button, Weight};
use crate::ui::description::Pair;
use crate::ui::error_summary::{FieldError, error_summary};
use crate::ui::field::form_section;
use crate::ui::form::{Form, Sends, form};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Outcome, Page};
use crate::ui::review::{GO, Review, review};
use crate::ui::{Link, Text, phrases};

/// One visit to the page of an action.
struct Acting<'a> {
    visit: &'a Visit,
    def: &'a Register,
    action: &'a Action,
    open: &'a RecordPage,
    /// What was said at the step before.
    said_before: Option<String>,
}

enum Done {
    Would(Vec<Blame>),
    Was(app::Saved),
}

pub fn ask(visit: &Visit, ix: RegisterIx, _: &Register, id: Id, name: &str) -> Paged {
    // A matter goes by the flow it began with.
    let def = visit.app().way_of(ix, id)?;
    let action = def.action(name).ok_or_else(not_found)?;
    let open = visit.app().record_page(&visit.actor, ix, id, None)?;
    let acting = Acting {
        visit,
        def,
        action,
        open: &open,
        said_before: visit.app().last_said(&visit.actor, ix, id)?,
    };
    let asked: Vec<FieldIx> = [&action.fields[..], &action.needs[..]].concat();
    let like = app::Like::Record(id);
    let known = visit.app().prefilled_for(&visit.actor, ix, &like, &asked)?;
    let (known, mut names) = known;
    names.extend(open.names.clone());
    let reading = Reading::new(visit, &names);
    let mut sheet = boxes::sheet(&reading, ix, &acting)?;
    sheet.pairs = match visit.draft() {
        Some(draft) => draft,
        None => {
            let mut pairs = sheet.of_today();
            sheet.prefill(&known, &mut pairs);
            sheet.prefill_rows(&mut pairs);
            pairs
        }
    };
    if !sheet.pairs.has("opinion")
        && let Some(first) = action.phrases.first().filter(|_| action.opinion)
    {
        sheet.pairs.push("opinion", first.get(visit.lang()));
    }
    page(&acting, &sheet, None)
}

pub fn take(visit: &Visit, ix: RegisterIx, _: &Register, id: Id, name: &str, sent: Sent) -> Paged {
    let def = visit.app().way_of(ix, id)?;
    let action = def.action(name).ok_or_else(not_found)?;
    let open = visit.app().record_page(&visit.actor, ix, id, None)?;
    let acting = Acting {
        visit,
        def,
        action,
        open: &open,
        said_before: visit.app().last_said(&visit.actor, ix, id)?,
    };
    let reading = Reading::new(visit, &open.names);
    let mut sheet = boxes::sheet(&reading, ix, &acting)?;
    sheet.put(sent);
    if sheet.turn_rows() {
        return page(&acting, &sheet, None);
    }
    if let Some(phrase) = sheet.pairs.filled(phrases::NAME).map(str::to_owned) {
        sheet.pairs.drop("opinion");
        sheet.pairs.push("opinion", phrase);
        return page(&acting, &sheet, None);
    }
    let version: i64 = sheet.pairs.get("_version").parse().unwrap_or(0);
    if version != open.record.version {
        return page(&acting, &sheet, Some(visit.say.act_stale));
    }
    let words = |name: &str| sheet.pairs.filled(name).map(str::to_owned);
    let (reason, opinion) = (words("reason"), words("opinion"));
    let was = sheet.of_record();
    let input = sheet.input(sheet.changed(&was));
    let said = Words {
        reason: reason.as_deref(),
        opinion: opinion.as_deref(),
        ..Words::default()
    };
    // What is typed is read back once before an act with legal effect; what the act would be
    // refused for is told before that, and an upload that was refused stops it as well.
    let first = acting.is_checked() && sheet.pairs.get("_checked") != "1";
    let app = visit.app();
    let place = after::place(visit, def, &open.record, ix)?;
    let outcome = match first || !sheet.blames.is_empty() {
        true => app
            .rehearse_act(&visit.actor, ix, id, version, name, &input, said)
            .map(Done::Would),
        false => app
            .act(&visit.actor, ix, id, version, name, &input, said)
            .map(Done::Was),
    };
    match outcome {
        Ok(Done::Would(warnings)) if sheet.blames.is_empty() => {
            Ok(check(&acting, &sheet, &warnings))
        }
        Ok(Done::Would(_)) => page(&acting, &sheet, None),
        Ok(Done::Was(saved)) => after::go_on(
            visit,
            &Acted {
                def,
                ix,
                id: saved.id,
                word: name,
                place,
                draft: Some(format!("{}.do.{name}.{id}", def.name)),
            },
        ),
        Err(No::Refused(r)) if matches!(r.reason, Reason::Invalid | Reason::Duplicate) => {
            sheet.blames.extend(r.blames);
            page(&acting, &sheet, None)
        }
        Err(No::Refused(r)) if matches!(r.reason, Reason::Conflict | Reason::Stale) => {
            page(&acting, &sheet, Some(r.message.get(visit.lang())))
        }
        Err(no) => Err(no),
    }
}

impl Acting<'_> {
    fn is_checked(&self) -> bool {
        is_checked(self.def, self.action)
    }

    fn label(&self) -> &str {
        self.action.label.get(self.visit.lang())
    }

    fn href(&self) -> String {
        record_href(self.def, self.open.record.id)
    }

    fn hidden(&self) -> Vec<(Text<'static>, Text<'static>)> {
        vec![
            (
                "_version".into(),
                self.open.record.version.to_string().into(),
            ),
            ("_who".into(), self.visit.mark().into()),
        ]
    }

    /// What it is about and what was said at the step before, then what follows: from which state to
    /// which, by which law.
    fn pairs(&self) -> Vec<Pair<'static>> {
        let (visit, def) = (self.visit, self.def);
        let (say, lang) = (visit.say, visit.lang());
        let mut pairs =
            vec![Pair::text(def.title.get(lang).to_owned(), &self.open.record.shown).whole()];
        if def.is_flow() {
            pairs.extend(facts(
                &Reading::new(visit, &self.open.names),
                def,
                &self.open.record,
            ));
        }
        if let Some(said) = &self.said_before {
            pairs.push(Pair::text(say.said_before, said).whole());
        }
        let state = |ix: kernel::StateIx| def.states[ix.0].label.get(lang);
        if let (Some(from), Some(to)) = (self.open.record.state, self.action.to) {
            let change = html! { del { (state(from)) } " → " ins { (state(to)) } };
            pairs.push(Pair::markup(say.state, change).whole());
        }
        let roles = &visit.app().catalogue().roles;
        let who: Vec<&str> = self
            .action
            .by
            .iter()
            .filter_map(|role| roles.get(role))
            .map(|role| role.label.get(lang))
            .collect();
        let comma = if lang == Lang::Zh { "、" } else { ", " };
        // At a turn it is whoever reads this.
        if !def.is_flow() {
            pairs.push(Pair::text(say.done_by, &who.join(comma)).whole());
        }
        if let Some(law) = &self.action.law {
            pairs.push(Pair::text(say.law, law).whole());
        }
        pairs
    }

    /// The boxes for reason and opinion, as far as the action asks for them.
    fn words(&self, sheet: &Sheet) -> Markup {
        opinion_box(self.visit, self.action, &sheet.pairs, &|name| {
            sheet.error(name).map(str::to_owned)
        })
    }
}

fn page(acting: &Acting, sheet: &Sheet, refusal: Option<&str>) -> Paged {
    let Acting {
        visit,
        def,
        action,
        open,
        ..
    } = acting;
    let allowed = open.actions.contains(&action.name);
    let mut why = refusal.map(str::to_owned);
    if !allowed && why.is_none() {
        why = Some(visit.say.act_not_now.replace("{n}", acting.label()));
    }
    let errors: Vec<FieldError<'_>> = sheet
        .blames
        .iter()
        .map(|blame: &Blame| FieldError {
            field: Some(box_name(&blame.pointer))
                .filter(|n| !n.is_empty())
                .map(Into::into),
            message: blame.message.get(visit.lang()).into(),
        })
        .collect();
    let warned = boxes::warned(acting, sheet);
    let before = html! {
        (error_summary(visit.words, &errors))
        @for blame in &warned {
            (notice(visit.words, Kind::Warning, &html! { (blame.message.get(visit.lang())) }))
        }
        @if let Some(why) = &why { (notice(visit.words, Kind::Warning, &html! { (why) })) }
    };
    let body = match (allowed, sheet.fields.is_empty()) {
        (false, _) => html! {
            (before)
            section.card { (crate::ui::description::description_list(visit.words, &acting.pairs())) }
            p { (Button::plain(visit.say.back).link(&acting.href())) }
        },
        (true, true) => {
            html! { (before) (last(acting, sheet, acting.words(sheet), Vec::new(), "_plain")) }
        }
        (true, false) => html! { (first(acting, sheet, before)) },
    };
    let refused = why.is_some() || !sheet.blames.is_empty();
    Ok(answer(acting, body, refused, def))
}

/// The page that asks for fields.
fn first(acting: &Acting, sheet: &Sheet, before: Markup) -> Markup {
    let Acting {
        visit,
        def,
        action,
        open,
        ..
    } = acting;
    let asked = |name: &str| sheet.fields.iter().any(|ix| def.get(*ix).name == name);
    let files = edit::rules(def, visit.lang()).0;
    let has_files = files.iter().any(|(name, _)| asked(name));
    let label = acting.label().to_owned();
    let submit = match acting.is_checked() {
        true => visit.say.go_on.to_owned(),
        false => label.clone(),
    };
    let sight = sheet.sight();
    let boxes = sheet.section(&sight, &label, &sheet.fields, None);
    let words = acting.words(sheet);
    let mut hidden = acting.hidden();
    hidden.extend(sheet.held_files());
    let whole = Form {
        action: format!("{}/do/{}", acting.href(), action.name).into(),
        csrf: visit.csrf().into(),
        sends: if has_files { Sends::Files } else { Sends::Text },
        draft: Some(format!("{}.do.{}.{}", def.name, action.name, open.record.id).into()),
        upload: has_files.then(|| "main".into()),
        hidden,
        before: html! {
            (before)
            section.card { (crate::ui::description::description_list(visit.words, &acting.pairs())) }
        },
        sections: html! {
            (boxes)
            @if action.reason || action.opinion {
                (form_section(visit.say.reason, None, &words))
            }
        },
        acts: Button::new(submit, Weight::Primary).id(GO).submit(),
        back: Some(Link::new(visit.say.cancel, acting.href())),
    };
    form(visit.words, &whole)
}

/// The page before it is done: everything typed is read back and carried in hidden fields.
fn check(acting: &Acting, sheet: &Sheet, warnings: &[Blame]) -> axum::response::Response {
    let carried: Vec<(Text<'static>, Text<'static>)> = sheet
        .pairs
        .0
        .iter()
        .filter(|(name, _)| !name.starts_with('_'))
        .map(|(name, value)| (name.clone().into(), value.clone().into()))
        .collect();
    let body = html! {
        (weight::warned(acting.visit, warnings))
        (last(acting, sheet, html! {}, carried, "_checked"))
    };
    answer(acting, body, false, acting.def)
}

fn last(
    acting: &Acting,
    sheet: &Sheet,
    fields: Markup,
    carried: Vec<(Text<'static>, Text<'static>)>,
    mark: &'static str,
) -> Markup {
    let (visit, def, action) = (acting.visit, acting.def, acting.action);
    let mut pairs = acting.pairs();
    if !carried.is_empty() {
        for ix in &sheet.fields {
            let field = def.get(*ix);
            let label = field.label.get(visit.lang()).to_owned();
            // The value as it will be: what was typed, or what the record keeps.
            let kept = sheet.kept(field);
            let said = kept.unwrap_or_else(|| edit::said(sheet, field));
            pairs.push(Pair::text(label, &said).whole());
        }
        for (name, label) in [("reason", visit.say.reason), ("opinion", visit.say.opinion)] {
            if let Some(typed) = sheet.pairs.filled(name) {
                pairs.push(Pair::text(label, typed).whole());
            }
        }
    }
    let mut hidden = acting.hidden();
    hidden.extend(carried);
    hidden.push((mark.into(), "1".into()));
    review(
        visit.words,
        &Review {
            action: format!("{}/do/{}", acting.href(), action.name).into(),
            csrf: visit.csrf().into(),
            consequence: html! { p { (visit.say.act_consequence.replace("{n}", acting.label())) } },
            pairs,
            fields,
            hidden,
            submit: acting.label().to_owned().into(),
            weight: match weight(def, action) {
                Weight::Grave => Weight::Grave,
                _ => Weight::Primary,
            },
            back: Link::new(visit.say.back, acting.href()),
        },
    )
}

fn answer(
    acting: &Acting,
    body: Markup,
    refused: bool,
    def: &Register,
) -> axum::response::Response {
    let (outcome, status) = match refused {
        true => (Outcome::Refused, StatusCode::UNPROCESSABLE_ENTITY),
        false => (Outcome::Fine, StatusCode::OK),
    };
    let visit = acting.visit;
    let parts = Parts::of(visit);
    let mut path = crumbs(visit, def).to_vec();
    path.push(Link::new(acting.open.record.shown.clone(), acting.href()));
    let page = Page {
        body,
        outcome,
        crumbs: &path,
        ..parts.page(visit, acting.label().to_owned())
    };
    frame::with_status(status, &page)
}
