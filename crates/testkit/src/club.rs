//! The tennis club: the only subsystem that tests of the house may name.

use catalogue::Texts;
use include_dir::{Dir, include_dir};
use kernel::{Hook, Hooks, Intent, Situation, Value};

static FOLDER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tennis_club");

/// The house's own registers and the club's.
pub fn club_texts() -> Texts {
    Texts::house()
        .and_then(|texts| texts.with_tenant("tennis_club", &FOLDER, "tennis_club"))
        .expect("the club's texts are embedded")
}

/// The club's three hooks, one of each kind.
pub fn club_hooks() -> Hooks {
    Hooks {
        compute: vec![Hook {
            register: "tennis_club.member",
            name: "fee_due",
            reads: &[],
            run: fee_due,
        }],
        guard: vec![Hook {
            register: "tennis_club.member",
            name: "no_open_booking",
            reads: &["children tennis_club.booking"],
            run: no_open_booking,
        }],
        effect: vec![Hook {
            register: "tennis_club.booking",
            name: "count_visit",
            reads: &["ref member"],
            run: count_visit,
        }],
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

fn no_open_booking(situation: &Situation) -> Result<(), String> {
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
        Err(format!("还有 {open} 个订场没有打，先取消再退会"))
    }
}

fn count_visit(situation: &Situation) -> Result<Vec<Intent>, String> {
    let Some(member) = situation.read("ref member").first() else {
        return Err("订场没有会员".to_owned());
    };
    let visits = match situation.of(member, "visits") {
        Value::Int(visits) => *visits,
        _ => 0,
    };
    Ok(vec![Intent {
        register: "tennis_club.member".to_owned(),
        id: member.id,
        values: vec![("visits".to_owned(), Value::Int(visits + 1))],
    }])
}
