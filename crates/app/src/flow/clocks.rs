//! The clocks of law over a matter, with the day-by-day sheet that explains each due date.

use calendar::{Calendar, Clock, Limit, Near, Reckoning, Standing, Unit};
use jiff::civil::Date;
use kernel::flow::{days_late, read_clock};
use kernel::{Grade, Ground, Moment, Record, RegisterIx, Value};
use speech::{Said, said};

use crate::{App, Outcome};

/// One clock, as everybody may see it.
#[derive(Clone, Debug)]
pub struct ClockView {
    pub name: String,
    pub title: Said,
    pub law: Option<String>,
    pub started_at: Moment,
    pub limit: Said,
    /// The shorter limit that the bureau promised.
    pub promised: Option<Said>,
    /// When it is overdue; `None` while it stands still.
    pub due_at: Option<Moment>,
    pub promised_until: Option<Moment>,
    pub ended_at: Option<Moment>,
    /// Since when and by which ground of law it stands still.
    pub stands_still: Option<(Moment, Said)>,
    /// Working days left with today, while it runs.
    pub days_left: Option<i32>,
    /// Working days beyond the limit, now or when it ended.
    pub overdue_days: i32,
    pub late: bool,
    pub lamp: Grade,
    pub pauses: Vec<PauseView>,
    pub extension: Option<ExtensionView>,
    /// A year it reaches into has no published calendar yet.
    pub provisional: bool,
    /// Every day from the start to the end, and why it counts or does not.
    pub sheet: Vec<SheetDay>,
}

#[derive(Clone, Debug)]
pub struct PauseView {
    pub from: Moment,
    pub until: Option<Moment>,
    pub reason: Said,
    pub law: &'static str,
}

#[derive(Clone, Debug)]
pub struct ExtensionView {
    pub by: Said,
    pub granted_at: Moment,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SheetDay {
    pub date: Date,
    pub counts: bool,
    pub why: Said,
    /// The day on which the limit ends.
    pub last: bool,
}

impl App {
    pub(super) fn clock_views(
        &self,
        ground: &Ground,
        clocks: &[Record],
        register: RegisterIx,
    ) -> Outcome<Vec<ClockView>> {
        let def = ground.catalogue.at(self.flow_house()?.clock);
        let rules = &ground.catalogue.at(register).clocks;
        let views = clocks.iter().filter_map(|record| {
            let clock = read_clock(def, record)?;
            // A due date once told is explained by the calendar it was computed with.
            let calendar = self.calendar_of(record.named(def, "calendar"));
            let text = |name| match record.named(def, name) {
                Value::Text(text) => Some(text.as_str()),
                _ => None,
            };
            let moment = |name| match record.named(def, name) {
                Value::Moment(at) => Some(*at),
                _ => None,
            };
            let name = text("name")?;
            let rule = rules.iter().find(|rule| rule.name == name);
            let promised = text("promised").and_then(|limit| limit.parse::<Limit>().ok());
            let title = rule.map_or(Said::same(name), |rule| Said::from(&rule.title));
            let mut view = view(&clock, &calendar, ground.now, moment("ended_at"));
            view.name = name.to_owned();
            view.title = title;
            view.law = rule.and_then(|rule| rule.law.clone());
            // A due date once told stands as it was told.
            view.due_at = moment("due_at");
            view.promised = promised.map(limit_said);
            view.promised_until = promised.and_then(|limit| promise(&clock, limit, &calendar));
            Some(view)
        });
        Ok(views.collect())
    }
}

fn view(clock: &Clock, calendar: &Calendar, now: Moment, ended: Option<Moment>) -> ClockView {
    let at = ended.unwrap_or(now).timestamp();
    let standing = clock.standing(calendar, at, Near::default());
    let days = |days: u32| i32::try_from(days).unwrap_or(i32::MAX);
    let overdue = match clock.due(calendar).due() {
        Some(due) => {
            let at = ended.unwrap_or(now);
            days_late(calendar, Moment::from_timestamp(due.moment), at)
        }
        None => 0,
    };
    let (left, over, late) = match standing {
        Standing::Running(left) | Standing::Near(left) => (Some(days(left.workdays)), 0, false),
        Standing::Overdue(_) => (None, overdue, true),
        Standing::Stopped(_) => (None, 0, false),
    };
    let due = clock.due(calendar);
    let still = match (due, ended, clock.pauses().last()) {
        (Reckoning::Stopped(stopped), None, Some(pause)) => Some((
            Moment::from_timestamp(stopped.since),
            reason_said(pause.reason),
        )),
        _ => None,
    };
    ClockView {
        name: String::new(),
        title: Said::default(),
        law: None,
        started_at: Moment::from_timestamp(clock.started()),
        limit: limit_said(clock.limit()),
        promised: None,
        due_at: None,
        promised_until: None,
        ended_at: ended,
        stands_still: still,
        days_left: left.filter(|_| ended.is_none()),
        overdue_days: over,
        late,
        lamp: grade(standing, ended),
        pauses: pauses(clock),
        extension: clock.extension().map(|extension| ExtensionView {
            by: count_said(extension.count, clock.limit().unit()),
            granted_at: Moment::from_timestamp(extension.granted),
            reason: extension.reason.clone(),
        }),
        provisional: matches!(due, Reckoning::Due(due) if due.certainty == calendar::Certainty::Provisional),
        sheet: sheet(clock, calendar),
    }
}

/// A clock that ended tells only whether it was in time; one that stands still raises nothing.
fn grade(standing: Standing, ended: Option<Moment>) -> Grade {
    match standing {
        Standing::Overdue(_) => Grade::Expired,
        Standing::Stopped(_) => Grade::NotApplicable,
        _ if ended.is_some() => Grade::Green,
        Standing::Near(left) if left.workdays <= 1 => Grade::Red,
        Standing::Near(_) => Grade::Yellow,
        Standing::Running(_) => Grade::Green,
    }
}

fn pauses(clock: &Clock) -> Vec<PauseView> {
    let pauses = clock.pauses().iter();
    let view = pauses.map(|pause| PauseView {
        from: Moment::from_timestamp(pause.from),
        until: pause.until.map(Moment::from_timestamp),
        reason: reason_said(pause.reason),
        law: pause.reason.law(),
    });
    view.collect()
}

fn sheet(clock: &Clock, calendar: &Calendar) -> Vec<SheetDay> {
    let days = clock.sheet(calendar).into_iter();
    let told = days.map(|day| SheetDay {
        date: day.date,
        counts: day.mark.counts(),
        why: Said {
            zh: day.chinese().into(),
            en: day.english().into(),
        },
        last: day.end == Some(calendar::End::Last),
    });
    told.collect()
}

/// The end of the promised limit, with the same pauses.
fn promise(clock: &Clock, promised: Limit, calendar: &Calendar) -> Option<Moment> {
    let pauses = clock.pauses().to_vec();
    let promised = Clock::restore(clock.started(), promised, pauses, None).ok()?;
    let due = promised.due(calendar).due()?;
    Some(Moment::from_timestamp(due.moment))
}

fn reason_said(reason: calendar::Reason) -> Said {
    Said {
        zh: reason.chinese().into(),
        en: reason.english().into(),
    }
}

/// A limit in words: 20 个工作日.
pub(crate) fn limit_said(limit: Limit) -> Said {
    count_said(limit.count(), limit.unit())
}

fn count_said(n: u32, unit: Unit) -> Said {
    match unit {
        Unit::Hours => said!("{n} 小时" / "{n} h"),
        Unit::Days => said!("{n} 日" / "{n} days"),
        Unit::Workdays => said!("{n} 个工作日" / "{n} working days"),
        Unit::Months => said!("{n} 个月" / "{n} months"),
        Unit::Years => said!("{n} 年" / "{n} years"),
    }
}
