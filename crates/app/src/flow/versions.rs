//! The versions of flows: each is kept whole when it is first in force, because matters go on by the
//! one they began with; and which run by which.

use kernel::flow::Writer;
use kernel::{Actor, Ground, Id, Moment, Record, Refusal, RegisterIx, Value, Verb};
use speech::{Said, said};
use store::{Count as Counted, Filter, Query, Reader};

use super::todo::text;
use crate::{App, Count, Error, Outcome};

/// Versions of all registers together; a bureau changes a flow some times a year.
const VERSIONS_MAX: usize = 10_000;
/// Where counting of running matters stops.
const RUNNING_MAX: u64 = 1_000_000;

/// One version of the flow of a register.
#[derive(Clone, Debug)]
pub struct FlowVersion {
    /// Qualified name of the register.
    pub register: String,
    pub title: Said,
    /// Counted from 1 for each register; `None`: matters began by it before versions were kept.
    pub number: Option<i64>,
    pub version: String,
    pub seen_at: Option<Moment>,
    /// New matters begin by it.
    pub is_current: bool,
    /// The definitions make no sense of it any more: its matters stand still until they are moved.
    pub is_broken: bool,
    /// Matters that go by it.
    pub running: Count,
}

impl App {
    /// Keeps the flows in force that are not kept yet; answers how many. Asked by whoever opens the data
    /// directory to write.
    pub fn keep_flows(&self) -> Outcome<usize> {
        let register = self.house("flow")?;
        let operator = Actor::operator();
        let catalogue = self.catalogue();
        self.settle(|reader, frame| {
            let ground = self.ground(frame, &operator);
            let known = self.kept_versions(reader)?;
            let writer = Writer {
                catalogue,
                register,
            };
            let mut made = Vec::new();
            for def in catalogue.registers.iter().filter(|def| def.is_flow()) {
                let version = def.flow_version();
                let of = || known.iter().filter(|kept| kept.register == def.name);
                if of().any(|kept| kept.version == version) {
                    continue;
                }
                let last = of().filter_map(|kept| kept.number).max();
                let values = vec![
                    ("register", Value::Text(def.name.clone())),
                    ("title", Value::Text(def.title.zh.clone())),
                    ("number", Value::Int(last.unwrap_or(0) + 1)),
                    ("mark", Value::Text(version)),
                    ("text", Value::Text(def.flow_text.clone())),
                    ("seen_at", Value::Moment(ground.now)),
                ];
                let id = self.store().next_id()?;
                made.push(writer.insert(id, "create", "", values));
            }
            let count = made.len();
            Ok((self.commit_of(&ground, made, None), count))
        })
    }

    /// Every version that is in force or by which matters run, register by register, the newest first.
    pub fn flow_versions(&self, actor: &Actor) -> Outcome<Vec<FlowVersion>> {
        self.may_see_flows(actor)?;
        self.look(|reader| {
            let mut all = self.kept_versions(reader)?;
            for version in &mut all {
                version.running = self.running_by(reader, &version.register, &version.version)?;
            }
            all.extend(self.never_kept(reader, &all)?);
            all.retain(|version| version.is_current || version.running != Count::Exactly(0));
            all.sort_by(|a, b| (&a.register, b.number).cmp(&(&b.register, a.number)));
            Ok(all)
        })
    }

    fn kept_versions(&self, reader: &Reader) -> Outcome<Vec<FlowVersion>> {
        let register = self.house("flow")?;
        let def = self.catalogue().at(register);
        let query = Query {
            limit: VERSIONS_MAX,
            ..Query::of(register)
        };
        let read = |record: &Record| {
            let word = |name| text(record.named(def, name)).unwrap_or_default().to_owned();
            let number = match record.named(def, "number") {
                Value::Int(number) => Some(*number),
                _ => None,
            };
            let seen_at = match record.named(def, "seen_at") {
                Value::Moment(at) => Some(*at),
                _ => None,
            };
            let kept = self.version_named(word("register"), word("mark"));
            FlowVersion {
                title: match self.catalogue().register(&kept.register) {
                    Some(_) => kept.title,
                    None => Said::same(word("title")),
                },
                number,
                seen_at,
                ..kept
            }
        };
        Ok(reader.query(&query)?.records.iter().map(read).collect())
    }

    /// Whether the flow of a register was once in force by that mark.
    pub(super) fn is_kept(&self, reader: &Reader, register: &str, version: &str) -> Outcome<bool> {
        let mut kept = self.kept_versions(reader)?.into_iter();
        Ok(kept.any(|kept| kept.register == register && kept.version == version))
    }

    /// Versions by which matters run and of which only the mark is known: they go by the flow of today.
    fn never_kept(&self, reader: &Reader, known: &[FlowVersion]) -> Outcome<Vec<FlowVersion>> {
        let mut found = Vec::new();
        let catalogue = self.catalogue();
        for (_, def) in catalogue.all().filter(|(ix, _)| catalogue.has_flow(*ix)) {
            let of = known.iter().filter(|version| version.register == def.name);
            let marks = of.map(|version| Value::Text(version.version.clone()));
            let others = self
                .running_matters(&def.name, None)?
                .and(Filter::Not(Box::new(Filter::In(
                    self.matter_field("flow")?,
                    marks.collect(),
                ))));
            let query = Query {
                filter: others,
                fields: Some(vec![self.matter_field("flow")?]),
                ..Query::of(self.flow_house()?.matter)
            };
            let matters = catalogue.at(self.flow_house()?.matter);
            let mut marks: Vec<String> = Vec::new();
            reader.each(&query, |matter| {
                let mark = text(matter.named(matters, "flow")).unwrap_or_default();
                if !marks.iter().any(|known| known == mark) {
                    marks.push(mark.to_owned());
                }
                Ok::<(), crate::No>(())
            })?;
            for mark in marks {
                let mut version = self.version_named(def.name.clone(), mark);
                version.running = self.running_by(reader, &version.register, &version.version)?;
                found.push(version);
            }
        }
        Ok(found)
    }

    fn version_named(&self, register: String, version: String) -> FlowVersion {
        let catalogue = self.catalogue();
        let ix = catalogue.register(&register);
        let def = ix.map(|ix| catalogue.at(ix));
        FlowVersion {
            title: def.map_or_else(|| Said::same(&register), |def| Said::from(&def.title)),
            number: None,
            seen_at: None,
            is_current: def.is_some_and(|def| def.is_flow() && def.flow_version() == version),
            is_broken: ix.is_some_and(|ix| self.is_broken(ix, &version)),
            running: Count::Exactly(0),
            register,
            version,
        }
    }

    pub(super) fn is_broken(&self, register: RegisterIx, version: &str) -> bool {
        let mut broken = self.catalogue().broken.iter();
        broken.any(|flow| flow.register == register && flow.version == version)
    }

    fn running_by(&self, reader: &Reader, register: &str, version: &str) -> Outcome<Count> {
        let query = Query {
            filter: self.running_matters(register, Some(version))?,
            ..Query::of(self.flow_house()?.matter)
        };
        Ok(match reader.count_to(&query, RUNNING_MAX)? {
            Counted::Exact(count) => Count::Exactly(count),
            Counted::MoreThan(cap) => Count::MoreThan(cap),
        })
    }

    /// Running matters of a register, by one version of its flow or by any.
    pub(super) fn running_matters(&self, register: &str, version: Option<&str>) -> Outcome<Filter> {
        let matters = self.catalogue().at(self.flow_house()?.matter);
        let field = |name| self.matter_field(name);
        let mut all = vec![Filter::Is(
            field("register")?,
            Value::Text(register.to_owned()),
        )];
        if let Some(version) = version {
            all.push(Filter::Is(field("flow")?, Value::Text(version.to_owned())));
        }
        all.push(Filter::States(
            matters.state("running").into_iter().collect(),
        ));
        Ok(Filter::All(all))
    }

    pub(super) fn matter_field(&self, name: &'static str) -> Outcome<kernel::FieldIx> {
        let matters = self.catalogue().at(self.flow_house()?.matter);
        Ok(matters.field(name).ok_or(Error::Broken("house.matter"))?)
    }

    pub(super) fn may_see_flows(&self, actor: &Actor) -> Outcome<()> {
        let def = self.catalogue().at(self.house("flow")?);
        match kernel::scope(def, actor, Verb::See) {
            Some(_) => Ok(()),
            None => Err(Refusal::not_found().into()),
        }
    }

    /// Moving a matter may move its limits of law, so it asks for a fresh proof of who does it.
    pub(super) fn may_move_flows(&self, ground: &Ground) -> Outcome<()> {
        let def = self.catalogue().at(self.house("flow")?);
        if kernel::scope(def, ground.actor, Verb::Tune).is_none() {
            return Err(Refusal::forbidden(said!(
                "您的岗位不能把办件转到新流程" / "Your role may not move matters to a new flow"
            ))
            .into());
        }
        Ok(ground.proven()?)
    }

    /// Whether the person may move matters at all, however lately he proved to be the one.
    pub fn may_tune_flows(&self, actor: &Actor) -> Outcome<bool> {
        let def = self.catalogue().at(self.house("flow")?);
        Ok(kernel::scope(def, actor, Verb::Tune).is_some())
    }

    pub(super) fn matter_id_known(id: &str) -> Outcome<Id> {
        Ok(id.parse().map_err(|_| Refusal::not_found())?)
    }
}
