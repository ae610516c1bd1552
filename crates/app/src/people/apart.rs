//! Which posts one person may not hold together (三员分立, GB/T 22239-2019 8.1.4.2), and what nobody does
//! for himself. Both hold under the profile `full`; under `small` such acts are marked instead.

use std::collections::BTreeSet;

use catalogue::Label;
use jiff::civil::Date;
use kernel::{Actor, Ground, Id, Profile, Reason, Record, Refusal, Relied, Value};
use speech::{Said, said};
use store::Reader;

use super::rules::LAYER_ADMIN;
use crate::follow::same;
use crate::people::seats::Seat;
use crate::{App, Error, Outcome};

/// What a post makes of its holder: one of the three administrators, or somebody of the business.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Duty {
    Power(String),
    Business,
}

impl App {
    /// Refuses an account or a post by which somebody would hold an administrator's power beside another
    /// one or beside a business post, own or entrusted. Whoever holds too much already may give part of
    /// it back.
    pub(crate) fn separated(
        &self,
        ground: &Ground,
        reader: &Reader,
        after: &Record,
    ) -> Outcome<()> {
        let Some(account) = self.post_holder(after)? else {
            return Ok(());
        };
        let records = self.written_posts(reader, account)?;
        self.of_one_side(&records, after, ground.today)?;
        if ground.params.profile() == Profile::Small {
            return Ok(());
        }
        let held = self.duties(records.iter(), ground.today)?;
        let others = records.iter().filter(|known| known.id != after.id);
        let holds = self.duties(others.chain([after]), ground.today)?;
        if holds.len() > 1 && !holds.is_subset(&held) {
            return Err(Refusal::new(Reason::Conflict, too_much(&holds)).into());
        }
        Ok(())
    }

    /// Whoever works for an enterprise holds no post of those who supervise it, under either profile.
    fn of_one_side(&self, records: &[Record], after: &Record, today: Date) -> Outcome<()> {
        let others = records.iter().filter(|known| known.id != after.id);
        let seats = self.seats_written(others.chain([after]), today)?;
        let theirs = |seat: &Seat| self.is_of_enterprise(&seat.role);
        if !seats.iter().any(theirs) || seats.iter().all(theirs) {
            return Ok(());
        }
        let message = said!(
            "企业人员不能兼任监管单位的岗位，监管人员也不能兼任企业的岗位；请为另一个岗位另开账号给别人"
                / "Nobody of an enterprise holds a post of the bureau, and nobody of the bureau one of an enterprise; let another person hold it"
        );
        Err(Refusal::new(Reason::Conflict, message).into())
    }

    /// Everybody who holds what the profile `full` keeps apart: login and the roles in words.
    pub(crate) fn hold_too_much(
        &self,
        reader: &Reader,
        today: Date,
    ) -> Outcome<Vec<(String, Said)>> {
        let accounts = self.house("account")?;
        let def = self.catalogue().at(accounts);
        let mut query = store::Query::of(accounts);
        query.limit = store::PAGE_ROWS;
        let mut found = Vec::new();
        loop {
            let page = reader.query(&query)?;
            for account in &page.records {
                let records = self.written_posts(reader, account.id)?;
                if self.duties(records.iter(), today)?.len() > 1 {
                    let seats = self.seats_written(records.iter(), today)?;
                    let held: BTreeSet<&str> = seats.iter().map(|s| s.role.as_str()).collect();
                    let roles = held.iter().filter_map(|r| self.catalogue().roles.get(*r));
                    let labels: Vec<&Label> = roles.map(|role| &role.label).collect();
                    let login = super::text(account.named(def, "login"));
                    found.push((login, Said::list(&labels)));
                }
            }
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(found),
            }
        }
    }

    /// The account and the posts beside it, whatever their state.
    pub(crate) fn written_posts(&self, reader: &Reader, account: Id) -> Outcome<Vec<Record>> {
        let mut records = self.post_records(reader, account)?;
        records.extend(reader.get(self.house("account")?, account)?);
        Ok(records)
    }

    fn duties<'r>(
        &self,
        records: impl Iterator<Item = &'r Record>,
        today: Date,
    ) -> Outcome<BTreeSet<Duty>> {
        let seats = self.seats_written(records, today)?.into_iter();
        Ok(seats.map(|seat| self.duty(&seat.role)).collect())
    }

    /// The posts that run or may still begin. A locked account can be unlocked, so its role counts; an
    /// ended post is over for good.
    fn seats_written<'r>(
        &self,
        records: impl Iterator<Item = &'r Record>,
        today: Date,
    ) -> Outcome<Vec<Seat>> {
        let posts = self.house("post")?;
        let seat = |record: &Record| {
            let def = self.catalogue().at(record.register);
            if record.register != posts {
                return Seat::of_account(def, record);
            }
            let over = record.phase(def) == catalogue::Phase::Done;
            Seat::of_post(def, record).filter(|_| !over)
        };
        let past = |seat: &Seat| seat.until.is_some_and(|until| until < today);
        Ok(records.filter_map(seat).filter(|s| !past(s)).collect())
    }

    pub(crate) fn duty(&self, role: &str) -> Duty {
        match self.is_power(role) {
            true => Duty::Power(role.to_owned()),
            false => Duty::Business,
        }
    }

    /// Whether one of a person's posts, further and entrusted ones too, is of the administration.
    pub(crate) fn has_power(&self, account: Id) -> Outcome<bool> {
        let held = self.held(account)?;
        Ok(held.iter().any(|held| self.is_power(&held.seat.role)))
    }

    fn is_power(&self, role: &str) -> bool {
        let role = self.catalogue().roles.get(role);
        role.is_some_and(|role| role.layer == LAYER_ADMIN)
    }

    /// Whose posts the record changes; nothing when it is neither account nor post.
    pub(crate) fn post_holder(&self, record: &Record) -> Outcome<Option<Id>> {
        if record.register == self.house("account")? {
            return Ok(Some(record.id));
        }
        if record.register != self.house("post")? {
            return Ok(None);
        }
        let def = self.catalogue().at(record.register);
        Ok(match record.named(def, "account") {
            Value::Id(id) => Some(*id),
            _ => None,
        })
    }

    /// What must still hold when an account or a post is written: the person's other posts are as they
    /// were, so that two administrators at once do not grant one what neither would beside the other.
    pub(crate) fn post_facts(&self, reader: &Reader, after: &Record) -> Outcome<Vec<Relied>> {
        let Some(account) = self.post_holder(after)? else {
            return Ok(Vec::new());
        };
        let (accounts, posts) = (self.house("account")?, self.house("post")?);
        let def = self.catalogue().at(posts);
        let field = |name: &str| def.field(name).ok_or(Error::Broken("house.post"));
        let mut facts = vec![same(reader, posts, field("account")?, Value::Id(account))?];
        if after.register == posts {
            if let Some(version) = reader.version_of(accounts, account)? {
                facts.push(Relied::Version {
                    register: accounts,
                    id: account,
                    version,
                });
            }
            // Nor do two leaves of one post pass each other.
            if let principal @ Value::Id(_) = after.named(def, "on_behalf") {
                facts.push(same(reader, posts, field("on_behalf")?, principal.clone())?);
            }
        }
        Ok(facts)
    }

    /// Nobody gives himself, or whomever he stands in for, a post, a role, a unit, an enterprise or his
    /// account back.
    pub(crate) fn not_to_himself(
        &self,
        ground: &Ground,
        before: &Record,
        after: &Record,
    ) -> Outcome<()> {
        let apart = ground.params.profile() == Profile::Full;
        if apart && self.is_to_himself(ground.actor, before, after)? {
            let message = said!(
                "不能给自己的账号授权或变更岗位、单位，请由另一位管理员办理"
                    / "Nobody changes the rights, role or unit of his own account; ask another administrator"
            );
            return Err(Refusal::forbidden(message).into());
        }
        Ok(())
    }

    /// Whether the change gives the actor, or whomever he stands in for, something he did not have.
    pub(super) fn is_to_himself(
        &self,
        actor: &Actor,
        before: &Record,
        after: &Record,
    ) -> Outcome<bool> {
        let holder = self.post_holder(before)?;
        if !holder.is_some_and(|holder| actor.is(holder)) {
            return Ok(false);
        }
        let def = self.catalogue().at(before.register);
        let granting = ["role", "unit", "subject", "since", "until"]
            .iter()
            .any(|name| before.named(def, name) != after.named(def, name));
        Ok(granting || before.state != after.state)
    }
}

fn too_much(holds: &BTreeSet<Duty>) -> Said {
    match holds.contains(&Duty::Business) {
        false => said!(
            "系统管理员、安全管理员、审计员必须由不同的人担任，一个人不能兼任其中两项"
                / "System, security and audit administrator must be different persons; nobody holds two of these posts"
        ),
        true => said!(
            "系统管理员、安全管理员、审计员不能兼任业务岗位，业务人员也不能兼任或代理这三个岗位；请由不同的人担任"
                / "System, security and audit administrators hold no business post, and nobody of the business holds or stands in for theirs; name different persons"
        ),
    }
}
