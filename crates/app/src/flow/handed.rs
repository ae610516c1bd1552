//! What the two persons of a hand-over see of it, and to whom somebody could hand over.

use kernel::{Actor, Ground, Id, Record, Refusal, Value};
use store::{Filter, Query, Reader};

use super::handover::Hand;
use super::todo::TodoRow;
use crate::people::Seat;
use crate::{App, Candidate, Error, Outcome};

/// Hand-overs listed at once.
const LISTED_MAX: usize = 50;

/// Where a hand-over stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandoverStage {
    /// The receiver picks.
    Offered,
    /// The giver confirms.
    Picked,
    Done,
    Void,
}

/// A hand-over as its two persons see it.
#[derive(Clone, Debug)]
pub struct HandoverView {
    pub id: Id,
    pub giver: String,
    pub receiver: String,
    pub stage: HandoverStage,
    /// The person may pick now.
    pub may_pick: bool,
    /// The person may confirm now.
    pub may_confirm: bool,
    pub may_withdraw: bool,
    pub tasks: Vec<HandedTask>,
}

#[derive(Clone, Debug)]
pub struct HandedTask {
    pub row: TodoRow,
    /// It still lies with the giver, and the receiver could hold it.
    pub fits: bool,
}

impl App {
    /// What would be handed over: all that lies on the giver's own desk.
    pub fn handed(&self, actor: &Actor, giver: Id) -> Outcome<Vec<TodoRow>> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            self.may_give(&ground, reader, giver)?;
            let found = self.on_desk(reader, giver)?;
            self.todo_rows(&ground, reader, &found)
        })
    }

    /// A hand-over as one of its persons sees it.
    pub fn handover(&self, actor: &Actor, id: Id) -> Outcome<HandoverView> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let (record, hand) = self.hand(reader, id)?;
            if !hand.names(actor.account) {
                return Err(Refusal::not_found().into());
            }
            self.handover_view(&ground, reader, &record, &hand)
        })
    }

    /// The hand-overs in which a person gives, takes, or which he started, and which are not over.
    pub fn handovers(&self, actor: &Actor) -> Outcome<Vec<HandoverView>> {
        let register = self.house("handover")?;
        let def = self.catalogue().at(register);
        let open: Vec<_> = [def.state("offered"), def.state("picked")]
            .into_iter()
            .flatten()
            .collect();
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let mut found: Vec<Record> = Vec::new();
            for name in ["giver", "receiver", "starter"] {
                let field = def.field(name).ok_or(Error::Broken("house.handover"))?;
                let mut query = Query::of(register);
                query.filter = Filter::All(vec![
                    Filter::Is(field, Value::Id(actor.account)),
                    Filter::States(open.clone()),
                ]);
                query.limit = LISTED_MAX;
                found.extend(reader.query(&query)?.records);
            }
            found.sort_by_key(|record| std::cmp::Reverse(record.id));
            found.dedup_by_key(|record| record.id);
            let views = found.iter().map(|record| {
                let (record, hand) = self.hand(reader, record.id)?;
                self.handover_view(&ground, reader, &record, &hand)
            });
            views.collect()
        })
    }

    /// To whom the giver could hand over: colleagues of his units, those he has left too, and of those
    /// above.
    pub fn successors(&self, actor: &Actor, giver: Id) -> Outcome<Vec<Candidate>> {
        let mut found: Vec<Candidate> = Vec::new();
        let seats = self.look(|reader| {
            let frame = self.frame();
            self.may_give(&self.ground(&frame, actor), reader, giver)?;
            let account = self.load(reader, self.house("account")?, giver)?;
            let mut records = self.post_records(reader, giver)?;
            records.insert(0, account);
            let seat = |record: &Record| {
                let def = self.catalogue().at(record.register);
                match record.id == giver {
                    true => Seat::of_account(def, record),
                    false => Seat::of_post(def, record),
                }
            };
            Ok(records.iter().filter_map(seat).collect::<Vec<_>>())
        })?;
        for seat in seats.iter().filter(|seat| seat.lent.is_none()) {
            for other in self.could_stand_in(giver, seat)? {
                if !found.iter().any(|known| known.account == other.account) {
                    found.push(other);
                }
            }
        }
        Ok(found)
    }

    fn handover_view(
        &self,
        ground: &Ground,
        reader: &Reader,
        record: &Record,
        hand: &Hand,
    ) -> Outcome<HandoverView> {
        let def = self.catalogue().at(record.register);
        let state = record.state.map(|ix| def.states[ix.0].name.as_str());
        let stage = match state {
            Some("offered") => HandoverStage::Offered,
            Some("picked") => HandoverStage::Picked,
            Some("done") => HandoverStage::Done,
            _ => HandoverStage::Void,
        };
        let register = self.flow_house()?.task;
        let found = reader.get_many(register, &hand.tasks, None, store::Personal::Sealed)?;
        let rows = self.todo_rows(ground, reader, &found)?;
        let tasks = rows.into_iter().map(|row| {
            let fits = match row.task {
                Some(task) => self.moved_over(ground, reader, hand, task).is_ok(),
                None => false,
            };
            HandedTask { row, fits }
        });
        let open = matches!(stage, HandoverStage::Offered | HandoverStage::Picked);
        let gives = self.may_confirm(ground, reader, hand).is_ok();
        Ok(HandoverView {
            id: record.id,
            giver: self.name_of(reader, hand.giver),
            receiver: self.name_of(reader, hand.receiver),
            stage,
            may_pick: stage == HandoverStage::Offered && hand.receiver == ground.actor.account,
            may_confirm: stage == HandoverStage::Picked && gives,
            may_withdraw: open,
            tasks: tasks.collect(),
        })
    }
}
