//! What is left of a division when parts of it are given away.

use crate::area_prefix;

/// A piece of a division, and which of the receivers gets it; `None`: the rest.
pub(super) type Piece = (String, Option<usize>);

/// Divides an area among receivers, down to the divisions below as far as that is needed. The error is
/// the division that cannot be divided, because nobody knows what lies in it.
pub(super) fn divide(
    area: &str,
    given: &[(String, usize)],
    below: &dyn Fn(&str) -> Vec<String>,
) -> Result<Vec<Piece>, String> {
    let prefix = area_prefix(area);
    if let Some((_, to)) = given
        .iter()
        .find(|(g, _)| prefix.starts_with(area_prefix(g)))
    {
        return Ok(vec![(area.to_owned(), Some(*to))]);
    }
    let is_touched = given
        .iter()
        .any(|(g, _)| area_prefix(g).starts_with(prefix));
    if !is_touched {
        return Ok(vec![(area.to_owned(), None)]);
    }
    let inner = below(area);
    if inner.is_empty() {
        return Err(area.to_owned());
    }
    let mut pieces = Vec::with_capacity(inner.len());
    for inner in inner {
        pieces.extend(divide(&inner, given, below)?);
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(area: &str) -> Vec<String> {
        match area {
            "330109" => ["330109101", "330109102", "330109103"]
                .map(str::to_owned)
                .to_vec(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_county_is_divided_by_its_towns() {
        let given = [("330109102".to_owned(), 0)];
        let pieces = divide("330109", &given, &below);
        let piece = |area: &str, to| (area.to_owned(), to);
        let wanted = vec![
            piece("330109101", None),
            piece("330109102", Some(0)),
            piece("330109103", None),
        ];
        assert_eq!(pieces, Ok(wanted));
    }

    #[test]
    fn what_is_given_whole_stays_whole_and_what_nobody_touches_too() {
        let given = [("330109".to_owned(), 1)];
        let whole = vec![("330109".to_owned(), Some(1))];
        assert_eq!(divide("330109", &given, &below), Ok(whole));
        let other = vec![("330108".to_owned(), None)];
        assert_eq!(divide("330108", &given, &below), Ok(other));
    }

    #[test]
    fn a_division_of_which_nothing_is_known_cannot_be_divided() {
        let given = [("330109102201".to_owned(), 0)];
        assert_eq!(
            divide("330109102", &given, &below),
            Err("330109102".to_owned())
        );
    }
}
