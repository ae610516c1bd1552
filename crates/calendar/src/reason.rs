//! Why a clock may stand still: the grounds of law for time that is not counted.

/// A ground for not counting time. The written notice and both days are kept with the pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    Hearing,
    Tender,
    Auction,
    Inspection,
    Testing,
    Quarantine,
    Appraisal,
    ExpertReview,
    Correction,
    Suspension,
    PublicNotice,
    RightHolder,
    RefundOrder,
    ThirdParty,
}

/// Word in storage and definitions, Chinese, English, law.
type Row = (
    Reason,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const LICENCE: &str = "行政许可法第四十五条";
const PENALTY: &str = "市场监督管理行政处罚程序规定第六十四条";

#[rustfmt::skip]
const ROWS: [Row; 14] = [
    (Reason::Hearing, "hearing", "听证", "hearing", LICENCE),
    (Reason::Tender, "tender", "招标", "tender", LICENCE),
    (Reason::Auction, "auction", "拍卖", "auction", LICENCE),
    (Reason::Inspection, "inspection", "检验", "inspection", LICENCE),
    (Reason::Testing, "testing", "检测", "testing", LICENCE),
    (Reason::Quarantine, "quarantine", "检疫", "quarantine", LICENCE),
    (Reason::Appraisal, "appraisal", "鉴定", "appraisal", LICENCE),
    (Reason::ExpertReview, "expert_review", "专家评审", "expert review", LICENCE),
    (Reason::Correction, "correction", "补正材料", "correction of the application", "行政许可法第三十二条"),
    (Reason::Suspension, "suspension", "中止调查", "suspension of the case", "市场监督管理行政处罚程序规定第四十六条"),
    (Reason::PublicNotice, "public_notice", "公告", "public notice", PENALTY),
    (Reason::RightHolder, "right_holder", "权利人辨认或者鉴别", "identification by the right holder", PENALTY),
    (Reason::RefundOrder, "refund_order", "责令退还多收价款", "order to refund", PENALTY),
    (Reason::ThirdParty, "third_party", "征求第三方和其他机关意见", "asking third parties", "政府信息公开条例第三十三条"),
];

impl Reason {
    /// All of them, in the order of the law.
    pub fn all() -> impl Iterator<Item = Reason> {
        ROWS.iter().map(|row| row.0)
    }

    /// The word in storage and definitions.
    pub fn word(self) -> &'static str {
        self.row().1
    }

    pub fn from_word(word: &str) -> Option<Reason> {
        ROWS.iter().find(|row| row.1 == word).map(|row| row.0)
    }

    pub fn chinese(self) -> &'static str {
        self.row().2
    }

    pub fn english(self) -> &'static str {
        self.row().3
    }

    /// The article that lets this time go uncounted.
    pub fn law(self) -> &'static str {
        self.row().4
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_finds_its_own_row_and_word() {
        for (at, reason) in Reason::all().enumerate() {
            assert_eq!(reason as usize, at);
            assert_eq!(Reason::from_word(reason.word()), Some(reason));
        }
        assert_eq!(Reason::from_word("holiday"), None);
    }
}
