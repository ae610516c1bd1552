//! The number of a licence to make, install or repair, 许可证编号 (TSG 07-2019).

use speech::said;

use super::{is_class, is_licensing_region};
use crate::scan::{Scan, is_upper_or_digit};
use crate::{Checked, Day, Kind, Refused};

/// 许可证编号 (TSG 07-2019): nature, class, authority 2, firm 3, and the year of expiry.
pub(crate) fn ts(typed: &str, today: Day) -> Result<Checked, Refused> {
    let form = said!(
        "TS、许可性质、设备种类、2 位机关、3 位单位号、-到期年份，如 TS2210890-2027"
            / "TS, nature of the licence, kind of equipment, 2 digits of the authority, 3 of the unit, - and the year of expiry, such as TS2210890-2027"
    );
    let shape = || Refused::shape(Kind::Ts.title(), form.clone());
    let mut scan = Scan::new(typed);
    if !scan.eat("TS") {
        return Err(shape());
    }
    let nature = scan.one(is_upper_or_digit).ok_or_else(shape)?;
    if !('1'..='9').contains(&nature) && nature != 'X' {
        return Err(Refused::new(
            "unlisted",
            said!(
                "许可性质 {nature} 不存在（1–9 或 X）"
                    / "The nature of licence {nature} does not exist (1–9 or X)"
            ),
        ));
    }
    let class = scan.one(is_upper_or_digit).ok_or_else(shape)?;
    if !is_class(class) {
        return Err(Refused::new(
            "unlisted",
            said!(
                "设备种类 {class} 不存在（1–9 或 F）"
                    / "The kind of equipment {class} does not exist (1–9 or F)"
            ),
        ));
    }
    let region = scan.digits(2).ok_or_else(shape)?;
    if !is_licensing_region(region) {
        let text = said!(
            "审批机关 {region} 不存在（10 为总局，其余为省级代码）"
                / "The authority {region} does not exist (10 is the national one, others are provinces)"
        );
        return Err(Refused::new("region", text));
    }
    scan.one(is_upper_or_digit).ok_or_else(shape)?;
    scan.digits(2).ok_or_else(shape)?;
    if scan.at_end() {
        return Err(Refused::new(
            "shape",
            said!(
                "末尾缺少到期年份，如 -2027"
                    / "The year of expiry is missing at the end, such as -2027"
            ),
        ));
    }
    let year = scan
        .eat("-")
        .then(|| scan.digits(4))
        .flatten()
        .ok_or_else(shape)?;
    if !year.starts_with("20") || !scan.at_end() {
        return Err(shape());
    }
    let mut checked = Checked::clean(typed);
    if year.parse::<i32>().unwrap_or_default() < today.year {
        checked.warn(
            "date",
            said!(
                "编号中的到期年份为 {year} 年，许可证应已到期"
                    / "The number says {year} as year of expiry, so the licence should have expired"
            ),
        );
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use crate::equipment::TODAY;
    use crate::{BuiltInLists, Kind, check};

    #[test]
    fn licences_past_their_year_warn() {
        let lists = BuiltInLists::default();
        let old = check(Kind::Ts, "ts2210890—2015", &lists, TODAY).unwrap();
        assert_eq!(
            (old.normal.as_str(), old.warnings[0].code),
            ("TS2210890-2015", "date")
        );
        assert!(
            check(Kind::Ts, "TS2210890 - 2027", &lists, TODAY)
                .unwrap()
                .warnings
                .is_empty()
        );
    }
}
