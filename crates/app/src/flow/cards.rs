//! Cards on their way: who is told that one was appealed or answered. What people do with a card are
//! actions of its definition; this only tells of them, once for each state.

use kernel::flow::{Rules, Writer};
use kernel::{Actor, Commit, Ground, Id, Profile, Record, Refusal, Value};
use speech::said;
use store::{Filter, Query, Reader};

use super::todo::text;
use super::warn::{Among, Subject};
use crate::records::Act;
use crate::{App, Error, Outcome};

/// What the unit says to its card, and what its supervisors decide on it.
const ITS_OWN: [&str; 2] = ["reply", "appeal"];
const DECIDES: [&str; 2] = ["uphold", "withdraw"];
/// Entries of a card's history in which its appellants are looked for.
const ENTRIES_MAX: usize = 50;

/// Cards told of in one run; the next run takes more.
const CARDS_MAX: usize = 1_000;

impl App {
    /// Tells supervisors of appeals, and units of the answers; answers of how many.
    pub(super) fn tell_of_cards(&self) -> Outcome<usize> {
        let frame = self.frame();
        let operator = Actor::operator();
        let ground = self.ground(&frame, &operator);
        let rules = self.card_rules(&ground)?;
        let register = self.house("card")?;
        let def = self.catalogue().at(register);
        let told = def.field("told").ok_or(Error::Broken("house.card"))?;
        let mut commits = Vec::new();
        for state in ["appealed", "upheld", "withdrawn"] {
            let of_it = Filter::Is(told, Value::Text(state.to_owned()));
            let query = Query {
                filter: Filter::All(vec![
                    Filter::States(def.state(state).into_iter().collect()),
                    Filter::Any(vec![Filter::Empty(told), Filter::Not(Box::new(of_it))]),
                ]),
                limit: CARDS_MAX,
                ..Query::of(register)
            };
            self.look(|reader| {
                for card in reader.query(&query)?.records {
                    commits.push(self.told_of_card(&ground, &rules, reader, &card, state)?);
                }
                Ok(())
            })?;
        }
        self.write_warnings(commits, register)
    }

    /// A card is replied to and appealed by a head of the very unit that was given it (nobody speaks for
    /// a neighbour, hard rule 8), and decided by somebody else than who spoke for the unit or handled the
    /// matter, in whatever post (hard rule 1).
    pub(crate) fn apart_from_appeal(
        &self,
        ground: &Ground,
        reader: &Reader,
        card: &Record,
        action: &str,
    ) -> Outcome<()> {
        if card.register != self.house("card")? || ground.actor.role().is_none() {
            return Ok(());
        }
        let def = ground.catalogue.at(card.register);
        let its_own = match card.named(def, "unit") {
            Value::Id(unit) => {
                // A unit that was merged is spoken for by that which succeeded it.
                let units = self.units()?;
                let heir = units.successor(*unit, ground.today);
                heir.map_or(*unit, |heir| heir.id) == ground.actor.unit
            }
            _ => true,
        };
        if ITS_OWN.contains(&action) && !its_own {
            let message = said!(
                "整改答复和申诉由被发牌单位的负责人办理"
                    / "Only a head of the unit that was given the card replies to it or appeals"
            );
            return Err(Refusal::forbidden(message).into());
        }
        let apart = ground.params.profile() == Profile::Full;
        if apart && DECIDES.contains(&action) && self.is_party(ground, reader, card)? {
            let message = said!(
                "您是申诉、答复或者经办这一件的人，不能裁定这张牌，请由其他负责人办理"
                    / "You appealed, replied or handled the matter; somebody else decides on this card"
            );
            return Err(Refusal::forbidden(message).into());
        }
        Ok(())
    }

    /// Whether the person decides on a card for which he spoke himself.
    pub(crate) fn answers_himself(
        &self,
        ground: &Ground,
        reader: &Reader,
        act: &Act,
        card: &Record,
    ) -> Outcome<bool> {
        let decides = |name: &str| DECIDES.contains(&name);
        if card.register != self.house("card")? || !act.action.is_some_and(|a| decides(&a.name)) {
            return Ok(false);
        }
        self.is_party(ground, reader, card)
    }

    fn is_party(&self, ground: &Ground, reader: &Reader, card: &Record) -> Outcome<bool> {
        let def = ground.catalogue.at(card.register);
        let handled = match card.named(def, "account") {
            Value::Id(id) => ground.actor.is(*id),
            _ => false,
        };
        let entries = reader.history(card.register, card.id, None, ENTRIES_MAX)?;
        let mut spoke = entries
            .iter()
            .filter(|entry| ITS_OWN.contains(&entry.act.as_str()));
        let of = |entry: &store::HistoryEntry| {
            let stead = entry.capacity.as_ref().and_then(|post| post.on_behalf);
            ground.actor.is(entry.actor) || stead.is_some_and(|id| ground.actor.is(id))
        };
        Ok(handled || spoke.any(of))
    }

    fn told_of_card(
        &self,
        ground: &Ground,
        rules: &Rules,
        reader: &Reader,
        card: &Record,
        state: &str,
    ) -> Outcome<Commit> {
        let def = ground.catalogue.at(card.register);
        let directory = self.directory()?;
        let Value::Id(matter) = *card.named(def, "matter") else {
            return Err(Error::Broken("house.card.matter").into());
        };
        let house = self.flow_house()?;
        let matter = self.load(reader, house.matter, matter)?;
        let matters = ground.catalogue.at(house.matter);
        let division = text(card.named(def, "division"));
        let register = text(matter.named(matters, "register"));
        let register = register.and_then(|name| ground.catalogue.register(name));
        let among = Among {
            directory: &directory,
            register: register.map(|ix| ground.catalogue.at(ix)),
        };
        let people: Vec<Id> = match state {
            "appealed" => {
                let mut people = among.nearest(&rules.leads, division);
                people.extend(among.nearest(&rules.uppers, division));
                people
            }
            _ => match card.named(def, "unit") {
                Value::Id(unit) => among.in_unit(*unit, &rules.heads),
                _ => Vec::new(),
            },
        };
        let id = card.id.to_string();
        let subject = Subject {
            register: &def.name,
            record: &id,
            title: text(matter.named(matters, "shown")).unwrap_or_default(),
            at_state: text(card.named(def, "at_state")),
            due: None,
        };
        let kind = if state == "appealed" {
            "appeal"
        } else {
            "answer"
        };
        let writer = Writer {
            catalogue: ground.catalogue,
            register: card.register,
        };
        let told = vec![("told", Value::Text(state.to_owned()))];
        let mut changes = vec![writer.update((card.id, card.version), "tell", None, told)];
        // A card upheld may be withdrawn later, which is told of once more.
        let source = format!("{id}:{state}");
        let mut known = std::collections::BTreeSet::new();
        for account in people.into_iter().filter(|account| known.insert(*account)) {
            changes.extend(self.notice(ground, reader, (account, kind), subject, &source)?);
        }
        Ok(self.commit_of(ground, changes, None))
    }
}
