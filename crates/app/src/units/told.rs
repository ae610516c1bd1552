//! Who is told of changes of units: the system administrator moves people's posts with their unit, and
//! those who grant posts must know of it (三员分立, GB/T 22239-2019 8.1.4.2).

use std::collections::BTreeSet;

use kernel::{Change, Ground, Id, Profile};
use store::Reader;

use super::UnitAsk;
use super::deed::Deed;
use super::words::sentence;
use crate::flow::Subject;
use crate::{App, Outcome};

impl App {
    /// Notices to everybody who grants posts, when the change moves some; `stage` tells a plan from what
    /// took effect.
    pub(super) fn tell_of_moved_posts(
        &self,
        ground: &Ground,
        reader: &Reader,
        (deed, ask): (&Deed, &UnitAsk),
        (id, stage): (Id, &str),
    ) -> Outcome<Vec<Change>> {
        let moves = deed.posts.iter().any(|post| post.to != Some(post.from));
        if ground.params.profile() != Profile::Full || !moves {
            return Ok(Vec::new());
        }
        let posts = self.catalogue().at(self.house("post")?);
        let grants = |role: &String| {
            let mut actions = posts.actions.iter().filter(|action| action.name == "grant");
            actions.any(|action| action.by.contains(role))
        };
        let directory = self.directory()?;
        let held = directory.posts.iter().filter(|post| grants(&post.role));
        let people: BTreeSet<Id> = held.map(|post| post.account).collect();
        let title: String = sentence(&deed.before, &ask.act)
            .zh
            .chars()
            .take(200)
            .collect();
        let record = id.to_string();
        let subject = Subject {
            register: &self.catalogue().at(self.house("unit_change")?).name,
            record: &record,
            title: &title,
            at_state: Some(stage),
            due: None,
        };
        let source = format!("units:{record}:{stage}");
        let mut changes = Vec::new();
        for account in people {
            changes.extend(self.notice(ground, reader, (account, "units"), subject, &source)?);
        }
        Ok(changes)
    }
}
