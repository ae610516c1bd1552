//! Moments as people in China write them; the database counts microseconds UTC.

const SECOND: i64 = 1_000_000;
const DAY_SECONDS: i64 = 86_400;
/// China has kept one offset without summer time since 1991.
const SHANGHAI_SECONDS: i64 = 8 * 3_600;

/// `2027-01-15 16:00:00`, Asia/Shanghai.
pub(crate) fn local(micros: i64) -> String {
    let seconds = micros.div_euclid(SECOND) + SHANGHAI_SECONDS;
    let (mut days, of_day) = (
        seconds.div_euclid(DAY_SECONDS),
        seconds.rem_euclid(DAY_SECONDS),
    );
    let leap = |y: i64| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    // The calendar repeats every 400 years; within them years and months are simply counted off.
    let mut year = 1970 + days.div_euclid(146_097) * 400;
    days = days.rem_euclid(146_097);
    while days >= 365 + i64::from(leap(year)) {
        days -= 365 + i64::from(leap(year));
        year += 1;
    }
    let february = 28 + i64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!(
        "{year:04}-{month:02}-{:02} {:02}:{:02}:{:02}",
        days + 1,
        of_day / 3_600,
        of_day / 60 % 60,
        of_day % 60
    )
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn known_moments() {
        for (micros, text) in [
            (0, "1970-01-01 08:00:00"),
            (951_782_400_000_000, "2000-02-29 08:00:00"),
            (1_800_000_000_999_999, "2027-01-15 16:00:00"),
            (1_735_660_799_000_000, "2024-12-31 23:59:59"),
            (1_735_660_800_000_000, "2025-01-01 00:00:00"),
            (-28_800_000_001, "1969-12-31 23:59:59"),
        ] {
            assert_eq!(local(micros), text);
        }
    }
}
