//! Cards for units that let a limit pass (电子监察): yellow, red, and red of many yellow ones.

use kernel::flow::{Level, Rules, Writer};
use kernel::{Change, Ground, Id, Moment, Record, Value};
use speech::{Lang, Said, said};
use store::{Count, Filter, Query, Reader};

use super::warn::{Holder, word};
use super::watch::Reached;
use crate::{App, Error, Outcome};

const DAY: i64 = 24 * 3_600 * 1_000_000;

/// A card that a level brings.
pub(super) struct Card {
    pub level: Level,
    pub kind: &'static str,
    pub change: Change,
}

impl App {
    /// The cards that the new levels bring.
    pub(super) fn cards(
        &self,
        ground: &Ground,
        reader: &Reader,
        rules: &Rules,
        reached: &Reached,
        (matter, holder): (&Record, &Holder),
    ) -> Outcome<Vec<Card>> {
        let mut cards = Vec::new();
        if holder.is_outside {
            return Ok(cards);
        }
        for level in &reached.levels {
            let issued = match (level, reached.is_whole) {
                (Level::Late, false) if rules.yellow_step => ("yellow", "step"),
                (Level::Late, true) if rules.yellow_promise => ("yellow", "promise"),
                (Level::Past, true) if rules.red_limit => ("red", "limit"),
                _ => continue,
            };
            // An end that was moved away and missed again is another delay.
            let (id, due) = (reached.record.id, reached.due.0);
            let source = format!("{id}:{}:{due}", level.number());
            let change = self.card(ground, rules, reached, (matter, holder), issued, source)?;
            cards.push(Card {
                level: *level,
                kind: issued.0,
                change,
            });
            if issued.0 == "yellow" && self.is_last_straw(ground, reader, rules, matter.id)? {
                let issued = ("red", "yellows");
                let source = format!("{}:yellows", matter.id);
                let change = self.card(ground, rules, reached, (matter, holder), issued, source)?;
                cards.push(Card {
                    level: *level,
                    kind: "red",
                    change,
                });
            }
        }
        Ok(cards)
    }

    /// Whether one more yellow card makes a red one of them, which there is not yet.
    fn is_last_straw(
        &self,
        ground: &Ground,
        reader: &Reader,
        rules: &Rules,
        matter: Id,
    ) -> Outcome<bool> {
        let Some(wanted) = rules.red_yellows else {
            return Ok(false);
        };
        let register = self.house("card")?;
        let def = ground.catalogue.at(register);
        let field = |name: &str| def.field(name).ok_or(Error::Broken("house.card"));
        let since = Value::Moment(Moment(ground.now.0 - rules.red_days * DAY));
        let withdrawn = Filter::States(def.state("withdrawn").into_iter().collect());
        let yellows = Query {
            filter: Filter::All(vec![
                Filter::Is(field("matter")?, Value::Id(matter)),
                Filter::Between(field("issued_at")?, Some(since), None),
                Filter::Is(field("kind")?, word("yellow")),
                Filter::Not(Box::new(withdrawn)),
            ]),
            ..Query::of(register)
        };
        let known = match reader.count_to(&yellows, wanted)? {
            Count::Exact(n) | Count::MoreThan(n) => n,
        };
        let source = word(&format!("{matter}:yellows"));
        let red = reader.find(register, field("source")?, &source)?;
        Ok(known + 1 >= wanted && red.is_empty())
    }

    fn card(
        &self,
        ground: &Ground,
        rules: &Rules,
        reached: &Reached,
        (matter, holder): (&Record, &Holder),
        (kind, reason): (&str, &str),
        source: String,
    ) -> Outcome<Change> {
        let matters = ground.catalogue.at(matter.register);
        let of_matter = |name: &str| matter.named(matters, name).clone();
        let id = |id: Option<Id>| id.map_or(Value::Null, Value::Id);
        let until = self
            .calendar()
            .workday_after(ground.today, rules.appeal_days);
        let writer = Writer {
            catalogue: ground.catalogue,
            register: self.house("card")?,
        };
        let values = vec![
            ("matter", Value::Id(matter.id)),
            ("kind", word(kind)),
            ("reason", word(reason)),
            ("register", of_matter("register")),
            ("record", of_matter("record")),
            (
                "at_state",
                holder.at_state.as_deref().map_or(Value::Null, word),
            ),
            ("unit", id(holder.unit)),
            ("account", id(holder.account)),
            ("division", of_matter("division")),
            ("due_at", Value::Moment(reached.due)),
            ("issued_at", Value::Moment(ground.now)),
            ("rules", word(&in_words(rules))),
            ("appeal_until", Value::Date(until)),
            ("source", word(&source)),
        ];
        Ok(writer.insert(self.store().next_id()?, "create", "issued", values))
    }
}

/// The numbers by which a card was issued, kept with it (规则版本).
fn in_words(rules: &Rules) -> String {
    let flag = |is: &bool| match is {
        true => said!("是" / "yes"),
        false => said!("否" / "no"),
    };
    let issued: Said = said!(
        "环节超期发黄牌：{}；超过承诺期限发黄牌：{}；超过法定期限发红牌：{}"
            / "Yellow for an overdue step: {}; past the promise: {}; red past the law: {}",
        flag(&rules.yellow_step),
        flag(&rules.yellow_promise),
        flag(&rules.red_limit)
    );
    let yellows = rules.red_yellows.unwrap_or(0);
    let (days, appeal) = (rules.red_days, rules.appeal_days);
    said!(
        "{}；{days} 日内黄牌 {yellows} 张发红牌；申诉 {appeal} 个工作日"
            / "{}; red for {yellows} yellow ones in {days} days; {appeal} working days to appeal",
        issued
    )
    .take(Lang::Zh)
}
