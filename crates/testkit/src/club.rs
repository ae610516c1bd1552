//! The tennis club: the only subsystem that tests of the house may name.

use catalogue::Texts;
use include_dir::{Dir, include_dir};
use kernel::{Compute, Effect, Guard, Hook, Hooks, Intent, Said, Situation, Value, said};

static FOLDER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tennis_club");

/// The house's own registers and the club's.
pub fn club_texts() -> Texts {
    Texts::house()
        .and_then(|texts| texts.with_tenant("tennis_club", &FOLDER, "tennis_club"))
        .expect("the club's texts are embedded")
}

/// The club's three hooks, one of each kind.
pub fn club_hooks() -> Hooks {
    let (member, booking) = ("tennis_club.member", "tennis_club.booking");
    let bookings = &["children tennis_club.booking"];
    Hooks {
        compute: vec![Hook::<Compute>::new(member, "fee_due", &[], fee_due)],
        guard: vec![Hook::<Guard>::new(
            member,
            "no_open_booking",
            bookings,
            no_open_booking,
        )],
        effect: vec![Hook::<Effect>::new(
            booking,
            "count_visit",
            &["ref member"],
            count_visit,
        )],
    }
}

/// A year's fee for adults, half of it for juniors; nothing while it is paid.
fn fee_due(situation: &Situation) -> Value {
    let paid = situation
        .date("paid_until")
        .is_some_and(|until| until >= situation.today);
    let Value::Dec(year) = situation.param("fee_year") else {
        return Value::Null;
    };
    let Some(fen) = year.rescale(2) else {
        return Value::Null;
    };
    match situation.text("kind") {
        _ if paid => Value::Int(0),
        Some("junior") => Value::Int(fen.mantissa / 2),
        _ => Value::Int(fen.mantissa),
    }
}

fn no_open_booking(situation: &Situation) -> Result<(), Said> {
    let open = situation
        .read("children tennis_club.booking")
        .iter()
        .filter(|booking| {
            let def = situation.catalogue.at(booking.register);
            booking.phase(def) == catalogue::Phase::Waiting
        })
        .count();
    if open == 0 {
        Ok(())
    } else {
        Err(said!(
            "还有 {open} 个订场没有打，先取消再退会"
                / "{open} bookings are still to be played; cancel them before leaving"
        ))
    }
}

fn count_visit(situation: &Situation) -> Result<Vec<Intent>, Said> {
    let Some(member) = situation.read("ref member").first() else {
        return Err(said!("订场没有会员" / "The booking has no member"));
    };
    let visits = match situation.of(member, "visits") {
        Value::Int(visits) => *visits,
        _ => 0,
    };
    let more = vec![("visits".to_owned(), Value::Int(visits + 1))];
    Ok(vec![Intent::set("tennis_club.member", member.id, more)])
}
