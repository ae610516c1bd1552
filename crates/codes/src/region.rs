//! Division codes: county and above (GB/T 2260), town (GB/T 10114), village (统计局), urban and rural classes.

use speech::{Said, said};

use crate::scan::first_misfit;
use crate::{Checked, Day, Kind, Lists, Refused, provinces};

/// GB/T 2260-2007: six digits, valid only if in the list valid on the day.
pub(crate) fn division6(typed: &str, lists: &dyn Lists, today: Day) -> Result<Checked, Refused> {
    all_digits(Kind::Division6, typed, 6)?;
    county(typed, lists, today)?;
    Ok(Checked::clean(typed))
}

/// GB/T 10114-2003: six digits of the county and three of the town.
pub(crate) fn division9(typed: &str, lists: &dyn Lists, today: Day) -> Result<Checked, Refused> {
    all_digits(Kind::Division9, typed, 9)?;
    county(&typed[..6], lists, today)?;
    town(&typed[6..9])?;
    listed(typed, lists)?;
    Ok(Checked::clean(typed))
}

/// 统计用区划代码: nine digits of the town and three of the village; `000` is the town itself.
pub(crate) fn division12(typed: &str, lists: &dyn Lists, today: Day) -> Result<Checked, Refused> {
    all_digits(Kind::Division12, typed, 12)?;
    county(&typed[..6], lists, today)?;
    let mut checked = Checked::clean(typed);
    let (town_part, village_part) = (&typed[6..9], &typed[9..]);
    if town_part == "000" && village_part == "000" {
        return Ok(checked);
    }
    town(town_part)?;
    listed(typed, lists)?;
    if village_part > "599" {
        let text = said!(
            "村级代码段 {village_part} 少见（居委会 001–199，村委会 200–399），请核对"
                / "The village part {village_part} is rare (residents 001–199, villages 200–399); please check"
        );
        checked.warn("unlisted", text);
    }
    Ok(checked)
}

fn all_digits(kind: Kind, typed: &str, want: usize) -> Result<(), Refused> {
    let count = typed.chars().count();
    if count != want {
        return Err(Refused::length(
            kind.title(),
            Said::same(want.to_string()),
            count,
        ));
    }
    match first_misfit(typed, |c| c.is_ascii_digit()) {
        Some((place, found)) => Err(Refused::character(place, found, said!("数字" / "digits"))),
        None => Ok(()),
    }
}

fn county(six: &str, lists: &dyn Lists, today: Day) -> Result<(), Refused> {
    if provinces::of_code(six).is_none() {
        return Err(Refused::new(
            "region",
            said!(
                "没有以 {} 开头的省级代码" / "No province has a code that begins with {}",
                &six[..2]
            ),
        ));
    }
    if !lists.division_known(six) {
        return Err(Refused::new(
            "unlisted",
            said!("行政区划代码表中没有 {six}" / "The list of divisions has no {six}"),
        ));
    }
    match lists.division_not_valid(six, today) {
        Some(sentence) => Err(Refused::new("abolished", sentence)),
        None => Ok(()),
    }
}

/// GB/T 10114-2003, 3: 001–099 街道, 100–199 镇, 200–399 乡, 400–599 similar units.
fn town(segment: &str) -> Result<(), Refused> {
    if ("001"..="599").contains(&segment) {
        return Ok(());
    }
    let text = said!(
        "乡级代码段应在 001–599 之间（街道 001、镇 100、乡 200、类似单位 400 起），现为 {segment}"
            / "The town part lies between 001 and 599 (subdistricts from 001, towns from 100, townships from 200, similar units from 400), not {segment}"
    );
    Err(Refused::new("unlisted", text))
}

fn listed(code: &str, lists: &dyn Lists) -> Result<(), Refused> {
    if lists.division_known(code) {
        Ok(())
    } else {
        Err(Refused::new(
            "unlisted",
            said!(
                "本地的乡、村区划表中没有 {code}"
                    / "The local list of towns and villages has no {code}"
            ),
        ))
    }
}

/// 城乡分类代码 of three digits.
pub(crate) fn urban_rural(typed: &str) -> Result<Checked, Refused> {
    match urban_rural_title(typed) {
        Some(_) => Ok(Checked::clean(typed)),
        None => {
            let text = said!(
                "没有城乡分类代码 {typed}，应为 111、112、121、122、123、210 或 220"
                    / "There is no urban–rural class {typed}; one of 111, 112, 121, 122, 123, 210, 220"
            );
            Err(Refused::new("unlisted", text))
        }
    }
}

/// Name of an urban or rural class.
pub fn urban_rural_title(code: &str) -> Option<&'static str> {
    Some(match code {
        "111" => "主城区",
        "112" => "城乡结合区",
        "121" => "镇中心区",
        "122" => "镇乡结合区",
        "123" => "特殊区域",
        "210" => "乡中心区",
        "220" => "村庄",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::{BuiltInLists, Day, Kind, check};

    const TODAY: Day = Day {
        year: 2026,
        month: 11,
        day: 21,
    };

    fn refused(kind: Kind, code: &str) -> (&'static str, String) {
        let refused = check(kind, code, &BuiltInLists::default(), TODAY).unwrap_err();
        (refused.code, refused.text.zh.into_owned())
    }

    #[test]
    fn abolished_divisions_name_their_successor() {
        let (code, text) = refused(Kind::Division6, "330103");
        assert_eq!(code, "abolished");
        assert_eq!(
            text,
            "330103（浙江省杭州市下城区）已撤销（不晚于2021年），现为 330105 拱墅区"
        );
        let before = Day {
            year: 2019,
            month: 5,
            day: 1,
        };
        assert!(check(Kind::Division6, "330103", &BuiltInLists::default(), before).is_ok());
        assert!(check(Kind::Division6, "330114", &BuiltInLists::default(), before).is_err());
        assert!(check(Kind::Division6, "330114", &BuiltInLists::default(), TODAY).is_ok());
    }

    #[test]
    fn towns_and_villages_keep_to_their_ranges() {
        let lists = BuiltInLists::default();
        for good in ["330109001", "330109599"] {
            assert!(
                check(Kind::Division9, good, &lists, TODAY).is_ok(),
                "{good}"
            );
        }
        assert_eq!(refused(Kind::Division9, "330109000").0, "unlisted");
        assert_eq!(refused(Kind::Division9, "330109600").0, "unlisted");
        assert_eq!(refused(Kind::Division9, "33010900A").0, "character");
        assert!(check(Kind::Division12, "330109000000", &lists, TODAY).is_ok());
        assert!(check(Kind::Division12, "330000000000", &lists, TODAY).is_ok());
        assert_eq!(refused(Kind::Division12, "330109000001").0, "unlisted");
        let odd = check(Kind::Division12, "330109001601", &lists, TODAY).unwrap();
        assert_eq!(odd.warnings.len(), 1);
    }

    #[test]
    fn urban_and_rural_classes() {
        assert!(check(Kind::UrbanRural, "121", &BuiltInLists::default(), TODAY).is_ok());
        assert_eq!(refused(Kind::UrbanRural, "113").0, "unlisted");
    }
}
