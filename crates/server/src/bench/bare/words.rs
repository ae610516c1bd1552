//! The words of a record as they stand in the index.

/// Bigrams of Han, other words whole: what stands in the index.
pub(super) fn words<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let is_han = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
    let mut out = String::with_capacity(256);
    for text in texts {
        let mut before: Option<char> = None;
        for c in text.chars() {
            match before {
                Some(b) if is_han(b) && is_han(c) => out.extend([b, c, ' ']),
                Some(b) if is_han(b) => out.extend([b, ' ']),
                Some(_) if is_han(c) || !c.is_alphanumeric() => out.push(' '),
                _ => {}
            }
            if c.is_alphanumeric() && !is_han(c) {
                out.extend(c.to_lowercase());
            }
            before = c.is_alphanumeric().then_some(c);
        }
        if let Some(b) = before.filter(|b| is_han(*b)) {
            out.push(b);
        }
        out.push_str(" _ ");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_index() {
        assert_eq!(
            words(["恒泰电梯 TS-12a", "楼"].into_iter()),
            "恒泰 泰电 电梯 梯 ts 12a _ 楼 _ "
        );
    }
}
