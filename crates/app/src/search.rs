//! The one search box: everything a person may see, by name, code, place or part of them.

use kernel::{Actor, Ground, Id, RegisterIx, Scope, Sight};
use store::{Filter, Personal, Reader};

use crate::sight::view_of;
use crate::{App, Hit, Names, Outcome, Shown};

/// Characters of the further text beside a hit.
const TELLING_CHARS_MAX: usize = 40;
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
            for register in self.aspects().searched() {
                let room = limit.min(HITS_MAX) - hits.len();
                if room == 0 {
                    break;
                }
                let def = ground.catalogue.at(*register);
                let Some(sight) = kernel::sight(def, actor) else {
                    continue;
                };
                // What is one's own to handle comes first; what everyone sees fills the room left.
                let mut ids: Vec<Id> = Vec::new();
                for right in sight.rights() {
                    if ids.len() < room {
                        let found = self.found(&ground, reader, *register, right, words, room)?;
                        let new = found.into_iter().filter(|id| !ids.contains(id));
                        ids.extend(new.collect::<Vec<_>>());
                    }
                }
                ids.truncate(room);
                if !ids.is_empty() {
                    self.show_hits(&ground, reader, *register, &sight, &ids, &mut hits)?;
                }
            }
            Ok(hits)
        })
    }

    /// The records as answers, as far as the person sees them.
    fn show_hits(
        &self,
        ground: &Ground,
        reader: &Reader,
        register: RegisterIx,
        sight: &Sight,
        ids: &[Id],
        hits: &mut Vec<Hit>,
    ) -> Outcome<()> {
        let def = ground.catalogue.at(register);
        let fields = &self.aspects().at(register).hit;
        let records = reader.get_many(register, ids, Some(fields), Personal::Open)?;
        let records: Vec<_> = records
            .into_iter()
            .filter_map(|record| {
                let right = sight.over(&view_of(ground, &record))?;
                Some((record, right))
            })
            .collect();
        let names = self.names_in_names(ground, reader, &records)?;
        for (record, right) in &records {
            hits.push(Hit {
                register,
                id: record.id,
                shown: self.shown(ground, right, record, &names),
                beside: self.beside(ground, right, record, &names),
                colour: kernel::colour_for(right, def, &view_of(ground, record), ground.actor.lang),
            });
        }
        Ok(())
    }

    /// Ids of records with these words. A right that is cut by a condition or to some fields is part of
    /// the question, or hits that may not be shown would take the place of those that may.
    fn found(
        &self,
        ground: &Ground,
        reader: &Reader,
        register: RegisterIx,
        right: &Scope,
        words: &str,
        room: usize,
    ) -> Outcome<Vec<Id>> {
        if right.only.is_none() && right.fields.is_none() {
            let found = reader.search(words, &[(register, right.span.clone())], room)?;
            return Ok(found.into_iter().map(|(_, id)| id).collect());
        }
        let def = ground.catalogue.at(register);
        let filter = Filter::All(vec![
            self.words(ground, reader, def, right, words)?,
            self.filter_of(right, ground, def),
        ]);
        Ok(reader.ids(register, &filter, room)?)
    }

    /// Register, a further text, state and place: what tells a record from its like.
    fn beside(
        &self,
        ground: &Ground,
        right: &Scope,
        record: &kernel::Record,
        names: &Names,
    ) -> String {
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
        let telling = self.aspects().at(record.register).telling;
        let telling = telling.filter(|ix| kernel::sees_field(right, *ix, def.get(*ix)));
        let text = match telling.map(|ix| record.value(ix)) {
            Some(kernel::Value::Text(text)) => text.chars().take(TELLING_CHARS_MAX).collect(),
            _ => String::new(),
        };
        let title = def.title.get(ground.actor.lang).to_owned();
        [title, text, state, place]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    }
}
