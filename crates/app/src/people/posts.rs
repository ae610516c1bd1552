//! One's posts, and choosing the one to act in.

use jiff::civil::Date;
use kernel::{Id, Reason};
use speech::said;

use super::Session;
use crate::{App, No, Outcome};

/// A post as its holder sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostView {
    pub id: Id,
    /// Label of the role in the language of the person.
    pub role: String,
    pub unit: String,
    pub since: Option<Date>,
    pub until: Option<Date>,
    /// Name of whomever the holder stands in for.
    pub on_behalf: Option<String>,
    /// Title of the one register that was entrusted.
    pub only: Option<String>,
    /// The one in which the person acts now.
    pub is_this: bool,
}

impl PostView {
    fn holds_on(&self, day: Date) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

impl App {
    /// The posts that a person holds today, the first one first.
    pub fn posts(&self, session: &Session) -> Outcome<Vec<PostView>> {
        let person = &session.person;
        let today = self.now().local_date();
        let mut posts = self.views_of(person.actor.account, person.post)?;
        posts.retain(|post| post.holds_on(today));
        Ok(posts)
    }

    /// All posts of an account, those to come and those whose term is over too, for the operator.
    pub fn all_posts(&self, account: Id) -> Outcome<Vec<PostView>> {
        self.views_of(account, Id(0))
    }

    fn views_of(&self, account: Id, active: Id) -> Outcome<Vec<PostView>> {
        let held = self.held(account)?;
        let view = held.iter().map(|held| PostView {
            id: held.seat.id,
            role: held.person.role.clone(),
            unit: held.person.unit.clone(),
            since: held.seat.since,
            until: held.seat.until,
            on_behalf: held.person.on_behalf.clone(),
            only: held.person.actor.only.as_ref().map(|only| {
                let register = self.catalogue().register(only);
                register.map_or_else(
                    || only.clone(),
                    |ix| {
                        self.catalogue()
                            .at(ix)
                            .title
                            .get(held.person.actor.lang)
                            .to_owned()
                    },
                )
            }),
            is_this: held.seat.id == active,
        });
        Ok(view.collect())
    }

    /// The roles in which turns are placed with the person today.
    pub fn posts_of(&self, account: Id) -> Outcome<Vec<String>> {
        let directory = self.directory()?;
        let posts = directory.posts_of(account);
        Ok(posts.map(|post| post.role.clone()).collect())
    }

    /// From now on the session (or token) acts in that post.
    pub fn take_post(&self, session: &Session, post: Id) -> Outcome<()> {
        let account = session.person.actor.account;
        let today = self.now().local_date();
        let held = self.held(account)?;
        let holds = |held: &&super::Held| held.seat.id == post && held.seat.runs_on(today);
        if !held.iter().any(|held| holds(&held)) {
            let message = said!(
                "您没有这个岗位，或者任期已经届满；请从列出的岗位里选"
                    / "You do not hold this post, or its term is over; choose one of those listed"
            );
            return Err(No::refuse(Reason::NotFound, message));
        }
        self.note(account, "post", vec![("post".to_owned(), post.to_string())])?;
        Ok(self.store().turn_door(&session.key, post)?)
    }
}
