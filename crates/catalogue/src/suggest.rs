//! The likely meant word.

/// How alike two words must be to be offered.
const ALIKE_MIN: f64 = 0.6;

/// The likely meant word as a question.
pub(crate) fn question<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(word, candidates).map(|meant| format!("是否想写“{meant}”？"))
}

/// The candidate most like `word`, if one is like enough.
fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let alike = strsim::normalized_damerau_levenshtein(word, candidate);
        if alike >= ALIKE_MIN && best.is_none_or(|(most, _)| alike > most) {
            best = Some((alike, candidate));
        }
    }
    best.map(|(_, candidate)| candidate.to_owned())
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn offers_the_nearest_and_nothing_far() {
        assert_eq!(nearest("nmae", ["code", "name"]).as_deref(), Some("name"));
        assert_eq!(nearest("zzz", ["code", "name"]), None);
    }
}
