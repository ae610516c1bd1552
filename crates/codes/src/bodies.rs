//! Numbers of testing bodies: certificate of competence (CMA) and accreditation (CNAS).

use speech::{Said, said};

use crate::scan::{Scan, first_misfit};
use crate::{Checked, Day, Kind, Refused};

/// 资质认定: year 2, issuer 2, field 2, department 2, serial 4.
pub(crate) fn cma(typed: &str, today: Day) -> Result<Checked, Refused> {
    let title = Kind::Cma.title();
    let count = typed.chars().count();
    if count != 12 {
        return Err(Refused::length(title, Said::same("12"), count));
    }
    if let Some((place, found)) = first_misfit(typed, |c| c.is_ascii_digit()) {
        return Err(Refused::character(place, found, said!("数字" / "digits")));
    }
    for (from, name, highest) in [
        (2, said!("发证机关" / "issuing authority"), CMA_ISSUER_MAX),
        (4, said!("专业领域" / "field"), CMA_FIELD_MAX),
        (6, said!("行业主管部门" / "department"), CMA_DEPARTMENT_MAX),
    ] {
        let part = &typed[from..from + 2];
        if part > highest {
            let text = said!(
                "第{first}–{last}位{name}代码 {part} 不存在（00–{highest}）"
                    / "Places {first}–{last}: there is no {name} {part} (00–{highest})",
                first = from + 1,
                last = from + 2,
                name = name,
                part = part,
                highest = highest
            );
            return Err(Refused::new("unlisted", text));
        }
    }
    let mut checked = Checked::clean(typed);
    let year = 2000 + typed[..2].parse::<i32>().unwrap_or_default();
    if year > today.year {
        checked.warn(
            "future",
            said!("前2位发证年份为 {year} 年，晚于今年，请核对" / "The first 2 digits say {year} as year of issue, which is after this year; please check"),
        );
    } else if year + CMA_VALID_YEARS < today.year {
        let text = said!(
            "按 {CMA_VALID_YEARS} 年有效期，证书应已于 {} 年到期"
                / "Valid for {CMA_VALID_YEARS} years, the certificate should have expired in {}",
            year + CMA_VALID_YEARS
        );
        checked.warn("date", text);
    }
    Ok(checked)
}

/// 00 国家认监委, 01–31 provinces, 32 新疆生产建设兵团.
const CMA_ISSUER_MAX: &str = "32";
const CMA_FIELD_MAX: &str = "21";
const CMA_DEPARTMENT_MAX: &str = "34";
/// 检验检测机构资质认定管理办法: the certificate is valid for six years.
const CMA_VALID_YEARS: i32 = 6;

/// 认可注册号: kind letters and number, certification bodies with a scheme suffix.
pub(crate) fn cnas(typed: &str) -> Result<Checked, Refused> {
    if !typed.starts_with("CNAS") {
        return Err(Refused::shape(
            Kind::Cnas.title(),
            said!(
                "CNAS 加类别字母和编号，如 CNAS L1234"
                    / "CNAS with class letter and number, such as CNAS L1234"
            ),
        ));
    }
    let fits = [
        number(typed, "CNASL", 4, 5),
        number(typed, "CNASIB", 4, 4),
        number(typed, "CNASPT", 4, 4),
        number(typed, "CNASRM", 4, 4),
        number(typed, "CNASMT", 4, 4),
        certification(typed),
    ];
    if fits.contains(&true) {
        return Ok(Checked::clean(typed.replacen("CNAS", "CNAS ", 1)));
    }
    let form = said!(
        "CNAS L、IB、PT、RM 或 MT 加 4 位数字（L 可为 5 位），认证机构为 CNAS C001-M 的形式"
            / "CNAS L, IB, PT, RM or MT and 4 digits (5 with L); certification bodies like CNAS C001-M"
    );
    Err(Refused::shape(Kind::Cnas.title(), form))
}

fn number(typed: &str, head: &str, least: usize, most: usize) -> bool {
    let mut scan = Scan::new(typed);
    scan.eat(head) && scan.many(least, most, |c| c.is_ascii_digit()).is_some() && scan.at_end()
}

fn certification(typed: &str) -> bool {
    let mut scan = Scan::new(typed);
    scan.eat("CNASC")
        && scan.digits(3).is_some()
        && scan.eat("-")
        && scan.many(1, 3, |c| c.is_ascii_uppercase()).is_some()
        && scan.at_end()
}

#[cfg(test)]
mod tests {
    use crate::{BuiltInLists, Day, Kind, check};

    const TODAY: Day = Day {
        year: 2026,
        month: 11,
        day: 21,
    };

    #[test]
    fn old_and_future_certificates_warn() {
        let warned = |code: &str| {
            let checked = check(Kind::Cma, code, &BuiltInLists::default(), TODAY).unwrap();
            checked.warnings.first().map(|w| w.code)
        };
        assert_eq!(warned("171520340012"), Some("date"));
        assert_eq!(warned("201520340012"), None);
        assert_eq!(warned("271520340012"), Some("future"));
    }
}
