//! Lamps and badges: a grade is told by colour, shape and word together, never by colour alone.
//!
//! Grades and words are those of the dynamic alert (动态预警): red is one to three months before
//! expiry, yellow three to six, green within validity; the grades around them are ours.

use maud::{Markup, html};

use super::icon::{Icon, icon};
use super::words::Words;

/// From grave to slight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    Expired,
    Urgent,
    Red,
    Yellow,
    Green,
    Unknown,
    NotApplicable,
}

impl Grade {
    pub const ALL: [Grade; 7] = [
        Grade::Expired,
        Grade::Urgent,
        Grade::Red,
        Grade::Yellow,
        Grade::Green,
        Grade::Unknown,
        Grade::NotApplicable,
    ];

    pub fn word(self, w: &Words) -> &'static str {
        match self {
            Grade::Expired => w.lamp_expired,
            Grade::Urgent => w.lamp_urgent,
            Grade::Red => w.lamp_red,
            Grade::Yellow => w.lamp_yellow,
            Grade::Green => w.lamp_green,
            Grade::Unknown => w.lamp_unknown,
            Grade::NotApplicable => w.lamp_none,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Grade::Expired => "lamp is-expired",
            Grade::Urgent => "lamp is-urgent",
            Grade::Red => "lamp is-red",
            Grade::Yellow => "lamp is-yellow",
            Grade::Green => "lamp is-green",
            Grade::Unknown => "lamp is-unknown",
            Grade::NotApplicable => "lamp is-none",
        }
    }

    fn shape(self) -> Icon {
        match self {
            Grade::Expired => Icon::Octagon,
            Grade::Urgent => Icon::TwoTriangles,
            Grade::Red => Icon::Triangle,
            Grade::Yellow => Icon::Diamond,
            Grade::Green => Icon::Disc,
            Grade::Unknown => Icon::Question,
            Grade::NotApplicable => Icon::Ring,
        }
    }
}

/// The lamp with its own word: `▲ 红`.
pub fn lamp(w: &Words, grade: Grade) -> Markup {
    lamp_saying(grade, grade.word(w))
}

/// The lamp with a fuller word, for example `已超期 9 天`.
pub fn lamp_saying(grade: Grade, words: &str) -> Markup {
    html! { span class=(grade.class()) { (icon(grade.shape())) (words) } }
}

/// The lamp with a sentence that may be cut off where lines stand close.
pub fn lamp_told(grade: Grade, message: &str) -> Markup {
    html! {
        span class={ (grade.class()) " is-told" } title=(message) {
            (icon(grade.shape())) span { (message) }
        }
    }
}

/// How a state badge is tinted: by the kernel's phase of the state, not by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Being written, nobody else has it.
    Draft,
    /// Somebody has to act.
    Waiting,
    /// In force.
    Open,
    /// Finished: plain text, so that what needs action stands out.
    Done,
    /// Cancelled or void.
    Void,
}

/// A badge for the state of a record.
pub fn badge(tone: Tone, label: &str) -> Markup {
    let class = match tone {
        Tone::Draft => "badge is-draft",
        Tone::Waiting => "badge is-waiting",
        Tone::Open => "badge is-open",
        Tone::Done => "badge is-done",
        Tone::Void => "badge is-void",
    };
    html! { span class=(class) { (label) } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::words::ZH;

    #[test]
    fn every_grade_has_a_word_a_shape_and_a_class_of_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for grade in Grade::ALL {
            assert!(seen.insert(lamp(&ZH, grade).into_string()));
            assert!(lamp(&ZH, grade).into_string().contains(grade.word(&ZH)));
        }
        let mut sorted = Grade::ALL;
        sorted.sort();
        assert_eq!(
            sorted,
            Grade::ALL,
            "grades are ordered from grave to slight"
        );
    }
}
