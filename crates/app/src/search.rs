//! The one search box: everything a person may see, by name, code, place or part of them.

use kernel::{Actor, Ground, Id, RegisterIx, Scope, Span, Verb};
use store::{Filter, Personal, Reader};

use crate::sight::{fields_for, fields_of_name, view_of};
use crate::{App, Hit, Names, Outcome, Shown};

/// Answers of the search box.
pub const HITS_MAX: usize = 20;

impl App {
    /// The best answers over all registers in which the person may search.
    pub fn search(&self, actor: &Actor, words: &str, limit: usize) -> Outcome<Vec<Hit>> {
        let words = words.trim();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let mut hits = Vec::new();
            for (register, span) in self.searchable(actor) {
                let room = limit.min(HITS_MAX) - hits.len();
                if room == 0 {
                    break;
                }
                let Some(right) = kernel::scope(ground.catalogue.at(register), actor, Verb::See)
                else {
                    continue;
                };
                let ids = self.found(&ground, reader, (register, span), &right, words, room)?;
                let def = ground.catalogue.at(register);
                let mut fields = fields_for(def, &[]);
                fields.extend(fields_of_name(def));
                fields.sort_unstable();
                fields.dedup();
                let mut records = reader.get_many(register, &ids, Some(&fields), Personal::Open)?;
                records.retain(|record| kernel::covers(&right, &view_of(&ground, record)));
                let views: Vec<_> = records
                    .iter()
                    .map(|record| self.see(&ground, &right, record, Some(&fields)))
                    .collect();
                let names = self.names(&ground, reader, views.iter())?;
                for (record, view) in records.iter().zip(views) {
                    let seen = self.christen(&ground, view, &names);
                    hits.push(Hit {
                        register,
                        id: record.id,
                        beside: self.beside(&ground, record, &names),
                        shown: seen.shown,
                        colour: seen.colour,
                    });
                }
            }
            Ok(hits)
        })
    }

    /// Ids of records with these words. A right that is cut by a condition or to some fields is part of
    /// the question, or hits that may not be shown would take the place of those that may.
    fn found(
        &self,
        ground: &Ground,
        reader: &Reader,
        (register, span): (RegisterIx, Span),
        right: &Scope,
        words: &str,
        room: usize,
    ) -> Outcome<Vec<Id>> {
        if right.only.is_none() && right.fields.is_none() {
            let found = reader.search(words, &[(register, span)], room)?;
            return Ok(found.into_iter().map(|(_, id)| id).collect());
        }
        let def = ground.catalogue.at(register);
        let filter = Filter::All(vec![
            self.words(ground, reader, def, right, words)?,
            self.filter_of(right, ground, def),
        ]);
        Ok(reader.ids(register, &filter, room)?)
    }

    /// Registers the person may search, with how far.
    fn searchable(&self, actor: &Actor) -> Vec<(RegisterIx, Span)> {
        let mut registers: Vec<_> = self
            .catalogue()
            .all()
            .filter(|(_, def)| def.fields.iter().any(|f| f.search))
            .filter_map(|(ix, def)| Some((ix, kernel::scope(def, actor, Verb::See)?.span)))
            .collect();
        registers.sort_by_key(|(ix, _)| {
            let def = self.catalogue().at(*ix);
            self.catalogue()
                .subsystems
                .get(&def.subsystem)
                .map_or(0, |s| s.order)
        });
        registers
    }

    /// State and place: what tells a record from its like.
    fn beside(&self, ground: &Ground, record: &kernel::Record, names: &Names) -> String {
        let def = ground.catalogue.at(record.register);
        let places = self.places();
        let shown = Shown {
            catalogue: ground.catalogue,
            places: &places,
            names,
            lang: ground.actor.lang,
        };
        let state = shown.state(def, record.state);
        let place = match def.reach.map(|ix| record.value(ix)) {
            Some(kernel::Value::Text(code)) => places.short_name(code),
            _ => String::new(),
        };
        [def.title.get(ground.actor.lang).to_owned(), state, place]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    }
}
