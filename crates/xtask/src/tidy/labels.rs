//! Every label of the product has its English, so that the interface can be switched.

use catalogue::{Catalogue, Texts, render, untranslated};

/// Labels without English, or why the definitions cannot be read.
pub fn complaints() -> Vec<String> {
    match product() {
        Ok(catalogue) => bare(&catalogue),
        Err(why) => vec![why],
    }
}

/// The house's own registers and all tenants, as the program carries them.
fn product() -> Result<Catalogue, String> {
    let texts = Texts::house()
        .and_then(|texts| texts.with_tenants(subsystems::texts(), "subsystems"))
        .map_err(|error| error.to_string())?;
    subsystems::hooks()
        .compile(&texts)
        .map_err(|faults| render(&faults, &texts))
}

fn bare(catalogue: &Catalogue) -> Vec<String> {
    let paths = untranslated(catalogue).into_iter();
    paths
        .map(|path| format!("{path}: the label has no English in `en.toml`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalogue::Label;

    #[test]
    fn a_label_without_english_is_told() {
        let mut catalogue = product().unwrap();
        let (_, list) = catalogue.choices.iter_mut().next().unwrap();
        list.title = Label::new("没有英文");
        assert_eq!(bare(&catalogue).len(), 1);
        assert!(bare(&catalogue)[0].ends_with("has no English in `en.toml`"));
    }
}
