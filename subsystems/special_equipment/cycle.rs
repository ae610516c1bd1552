//! Inspection cycles looked up in a table (检验周期): the row that fits a device most closely and was
//! in force on the day counts.

use jiff::civil::Date;

use super::lift::months_after;

/// Which of the series of inspections that run beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// 定期、内部、全面检验.
    Main,
    /// 外部、年度检验.
    Outer,
    /// 电梯自行检测: the row only says since when.
    SelfTest,
}

impl Series {
    pub fn word(self) -> &'static str {
        match self {
            Series::Main => "main",
            Series::Outer => "outer",
            Series::SelfTest => "self_test",
        }
    }
}

/// One row of the table. Empty conditions fit every device of the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    pub kind: String,
    pub series: String,
    pub basics: Vec<String>,
    pub levels: Vec<String>,
    pub case: Option<String>,
    pub grades: Vec<String>,
    pub first_months: Option<i64>,
    pub next_months: Option<i64>,
    pub max_months: Option<i64>,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

/// What the choice of a cycle depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    pub kind: String,
    pub basic: Option<String>,
    pub level: Option<String>,
    pub case: Option<String>,
    pub grade: Option<String>,
}

/// Due date of the first inspection of a series, counted from the start of use.
pub fn first_due(table: &[Cycle], device: &Device, series: Series, start: Date) -> Option<Date> {
    let cycle = find(table, device, series, start)?;
    cycle
        .first_months
        .or(cycle.next_months)
        .map(|months| months_after(start, months))
}

/// Due date after a passed inspection that names none itself.
pub fn next_due(table: &[Cycle], device: &Device, series: Series, passed: Date) -> Option<Date> {
    let cycle = find(table, device, series, passed)?;
    cycle.next_months.map(|months| months_after(passed, months))
}

/// Latest date that the rule leaves to the inspection body after a passed inspection.
pub fn latest_due(table: &[Cycle], device: &Device, series: Series, passed: Date) -> Option<Date> {
    let cycle = find(table, device, series, passed)?;
    cycle
        .max_months
        .or(cycle.next_months)
        .map(|months| months_after(passed, months))
}

/// The closest fitting row in force on the day; between equals the strictest.
/// A day before every rule is judged by the oldest.
pub fn find<'t>(
    table: &'t [Cycle],
    device: &Device,
    series: Series,
    on: Date,
) -> Option<&'t Cycle> {
    let fitting: Vec<&Cycle> = table
        .iter()
        .filter(|c| c.series == series.word() && c.fits(device))
        .collect();
    let on = on.max(fitting.iter().map(|c| c.valid_from).min()?);
    fitting
        .into_iter()
        .filter(|c| c.valid_from <= on && c.valid_to.is_none_or(|end| on <= end))
        .min_by_key(|c| {
            let strict = c.next_months.or(c.first_months).unwrap_or(i64::MAX);
            (
                std::cmp::Reverse(c.closeness()),
                std::cmp::Reverse(c.valid_from),
                strict,
            )
        })
}

impl Cycle {
    fn fits(&self, device: &Device) -> bool {
        self.kind == device.kind
            && among(&self.basics, device.basic.as_deref())
            && among(&self.levels, device.level.as_deref())
            && self.case.as_ref().is_none_or(|case| Some(case) == device.case.as_ref())
            // An unknown grade fits every row, so that the strictest is taken.
            && (device.grade.is_none() || among(&self.grades, device.grade.as_deref()))
    }

    /// A case chosen by a person outweighs the variety, which outweighs level and grade.
    fn closeness(&self) -> u8 {
        u8::from(self.case.is_some()) * 8
            + u8::from(!self.basics.is_empty()) * 4
            + u8::from(!self.levels.is_empty()) * 2
            + u8::from(!self.grades.is_empty())
    }
}

fn among(listed: &[String], value: Option<&str>) -> bool {
    listed.is_empty() || value.is_some_and(|value| listed.iter().any(|l| l == value))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn row(kind: &str, series: Series, next: i64) -> Cycle {
        Cycle {
            kind: kind.into(),
            series: series.word().into(),
            basics: Vec::new(),
            levels: Vec::new(),
            case: None,
            grades: Vec::new(),
            first_months: None,
            next_months: Some(next),
            max_months: None,
            valid_from: date(2016, 1, 1),
            valid_to: None,
        }
    }

    fn device(kind: &str) -> Device {
        Device {
            kind: kind.into(),
            ..Device::default()
        }
    }

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|w| (*w).to_owned()).collect()
    }

    #[test]
    fn first_and_further_inspections_have_their_own_months() {
        let table = [Cycle {
            first_months: Some(12),
            ..row("boiler", Series::Main, 24)
        }];
        let boiler = device("boiler");
        let day = date(2024, 3, 15);
        assert_eq!(
            first_due(&table, &boiler, Series::Main, day),
            Some(date(2025, 3, 15))
        );
        assert_eq!(
            next_due(&table, &boiler, Series::Main, day),
            Some(date(2026, 3, 15))
        );
        assert_eq!(next_due(&table, &boiler, Series::Outer, day), None);
    }

    #[test]
    fn the_closest_row_counts() {
        let table = [
            row("crane", Series::Main, 24),
            Cycle {
                basics: words(&["4310", "4410"]),
                ..row("crane", Series::Main, 12)
            },
            Cycle {
                case: Some("crane_molten".into()),
                ..row("crane", Series::Main, 12)
            },
        ];
        let day = date(2024, 8, 31);
        let months = |device: &Device| find(&table, device, Series::Main, day).unwrap().next_months;
        assert_eq!(months(&device("crane")), Some(24));
        let tower = Device {
            basic: Some("4310".into()),
            ..device("crane")
        };
        assert_eq!(months(&tower), Some(12));
        let bridge = Device {
            basic: Some("4110".into()),
            ..device("crane")
        };
        assert_eq!(months(&bridge), Some(24));
        let ladle = Device {
            case: Some("crane_molten".into()),
            ..bridge
        };
        assert_eq!(months(&ladle), Some(12));
    }

    #[test]
    fn the_rule_of_the_day_of_inspection_counts() {
        let table = [
            Cycle {
                valid_to: Some(date(2022, 11, 30)),
                ..row("vehicle", Series::Main, 12)
            },
            Cycle {
                valid_from: date(2022, 12, 1),
                ..row("vehicle", Series::Main, 24)
            },
        ];
        let next = |passed| next_due(&table, &device("vehicle"), Series::Main, passed);
        assert_eq!(next(date(2022, 11, 30)), Some(date(2023, 11, 30)));
        assert_eq!(next(date(2022, 12, 1)), Some(date(2024, 12, 1)));
        // Before every rule the oldest counts.
        assert_eq!(next(date(2009, 5, 4)), Some(date(2010, 5, 4)));
    }

    #[test]
    fn the_grade_of_a_vessel_sets_its_cycle_and_an_unknown_grade_the_strictest() {
        let table = [
            Cycle {
                grades: words(&["1", "2"]),
                ..row("vessel", Series::Main, 72)
            },
            Cycle {
                grades: words(&["3"]),
                max_months: Some(72),
                ..row("vessel", Series::Main, 36)
            },
        ];
        let day = date(2024, 2, 29);
        let graded = |grade: &str| Device {
            grade: Some(grade.into()),
            ..device("vessel")
        };
        assert_eq!(
            next_due(&table, &graded("2"), Series::Main, day),
            Some(date(2030, 2, 28))
        );
        assert_eq!(
            next_due(&table, &graded("3"), Series::Main, day),
            Some(date(2027, 2, 28))
        );
        assert_eq!(
            latest_due(&table, &graded("3"), Series::Main, day),
            Some(date(2030, 2, 28))
        );
        assert_eq!(next_due(&table, &graded("5"), Series::Main, day), None);
        assert_eq!(
            next_due(&table, &device("vessel"), Series::Main, day),
            Some(date(2027, 2, 28))
        );
    }

    #[test]
    fn a_due_date_is_whole_months_and_ends_with_its_month() {
        let table = [row("ride", Series::Main, 6)];
        let day = date(2024, 8, 31);
        assert_eq!(
            next_due(&table, &device("ride"), Series::Main, day),
            Some(date(2025, 2, 28))
        );
    }
}
