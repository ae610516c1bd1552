//! The number of a use registration certificate, 使用登记证编号 (TSG 08-2017).

use speech::said;

use crate::scan::{Scan, is_upper_or_digit};
use crate::{Checked, Day, Kind, Lists, Refused, provinces};

/// 使用登记证编号 (TSG 08-2017): 种类, two characters, authority, serial, year in brackets.
pub(crate) fn use_cert(typed: &str, lists: &dyn Lists, today: Day) -> Result<Checked, Refused> {
    let form = said!(
        "种类简称、2 位品种、省简称和市字母、顺序号、（2 位年份），如 {}"
            / "sign of the kind, 2 characters of the type, province and city letter, serial, (2-digit year), such as {}",
        "梯11浙A00012(21)"
    );
    let shape = || Refused::shape(Kind::UseCert.title(), form.clone());
    let mut scan = Scan::new(typed);
    let kind = scan.one(|_| true).ok_or_else(shape)?;
    let Some(&(_, class)) = USE_CERT_KINDS.iter().find(|(short, _)| *short == kind) else {
        let text = said!(
            "首字“{kind}”不是种类简称（{}）" / "“{kind}” is no sign of a kind ({})",
            "锅、容、瓶、管、梯、起、索、游、车"
        );
        return Err(Refused::new("unlisted", text));
    };
    let two = scan.many(2, 2, is_upper_or_digit).ok_or_else(shape)?;
    let short = scan.one(|_| true).ok_or_else(shape)?;
    if provinces::of_short(short).is_none() {
        return Err(Refused::new(
            "region",
            said!("“{short}”不是省级简称" / "“{short}” is no province"),
        ));
    }
    if scan.one(|c| c.is_ascii_uppercase()).is_none() {
        return Err(Refused::new(
            "shape",
            said!(
                "“{short}”之后应为发证机关所在市的字母，如 {short}A"
                    / "After “{short}” stands the letter of the issuing city, such as {short}A"
            ),
        ));
    }
    scan.one(is_upper_or_digit).ok_or_else(shape)?;
    scan.many(2, 5, |c| c.is_ascii_digit()).ok_or_else(shape)?;
    if scan.at_end() {
        return Err(Refused::new(
            "shape",
            said!(
                "末尾缺少登记年份，应为（年份后两位），如 (21)"
                    / "The year of registration is missing at the end, such as (21)"
            ),
        ));
    }
    let year = scan
        .eat("(")
        .then(|| scan.digits(2))
        .flatten()
        .ok_or_else(shape)?;
    if !scan.eat(")") || !scan.at_end() {
        return Err(shape());
    }
    let four = format!("{class}{two}0");
    if !lists.catalogue_known(&four) {
        let text = said!(
            "“{kind}{two}”对应目录代码 {four}，特种设备目录中没有"
                / "“{kind}{two}” means the catalogue code {four}, which the catalogue does not have"
        );
        return Err(Refused::new("unlisted", text));
    }
    let mut checked = Checked::clean(typed);
    if 2000 + year.parse::<i32>().unwrap_or_default() > today.year {
        checked.warn(
            "future",
            said!(
                "登记年份（{year}）晚于今年，请核对"
                    / "The year of registration ({year}) is after this year; please check"
            ),
        );
    }
    Ok(checked)
}

/// 种类简称 and the first digit of the catalogue code.
pub(crate) const USE_CERT_KINDS: &[(char, char)] = &[
    ('锅', '1'),
    ('容', '2'),
    ('瓶', '2'),
    ('管', '8'),
    ('梯', '3'),
    ('起', '4'),
    ('索', '9'),
    ('游', '6'),
    ('车', '5'),
];

#[cfg(test)]
mod tests {
    use crate::equipment::TODAY;
    use crate::{BuiltInLists, Kind, check};

    #[test]
    fn use_certificates_in_full_width_brackets() {
        let lists = BuiltInLists::default();
        let checked = check(Kind::UseCert, "梯11闽e3622（16）", &lists, TODAY).unwrap();
        assert_eq!(checked.normal, "梯11闽E3622(16)");
        assert!(check(Kind::UseCert, "瓶31浙A00012(21)", &lists, TODAY).is_ok());
        assert!(check(Kind::UseCert, "梯11闽E3622(16)号", &lists, TODAY).is_err());
    }
}
