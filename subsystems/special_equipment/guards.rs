//! Guards of special equipment: may it be used, resumed, moved; each refusal names its article.

use kernel::{Datum, Situation, Value};
use kernel::{Said, said};

use super::lift::months_after;

/// 法 第40条: not without a valid inspection, not after a failed one; 第48条: not beyond its life;
/// 第61条: not while sealed.
pub fn fit_for_use(s: &Situation) -> Result<(), Said> {
    not_sealed(s)?;
    not_failed(s)?;
    within_life(s)?;
    let shown = [
        "passed_on",
        "supervised_on",
        "accepted_on",
        "prior_inspected",
    ]
    .iter()
    .any(|field| s.date(field).is_some());
    // Mobile vessels and cylinders are inspected at the maker's (TSG 08-2017 使用登记资料).
    if !shown && s.date("prior_due").is_none() && s.text("make_supervision_no").is_none() {
        return Err(said!(
            "没有检验合格的记录，先登记检验报告或监督检验合格日期（特种设备安全法第40条）"
                / "There is no passed inspection; register its report or the date of the supervisory inspection first (Special Equipment Safety Law, art. 40)"
        ));
    }
    for field in ["next_due", "next_due_outer"] {
        if let Some(due) = s.date(field).filter(|due| *due < s.today) {
            return Err(said!(
                "检验已于 {due} 到期，检验合格后才能使用（特种设备安全法第40条）"
                    / "The inspection ran out on {due}; it may be used only after it has passed (Special Equipment Safety Law, art. 40)"
            ));
        }
    }
    Ok(())
}

/// As for use; after a long stop the periodic inspection comes first
/// (TSG T7001-2023 4.1 for lifts, 浙条例 第12条 for boilers).
pub fn fit_to_resume(s: &Situation) -> Result<(), Said> {
    fit_for_use(s)?;
    let strict = match s.text("kind") {
        Some("lift") => true,
        Some("boiler") => s.param("boiler_stop_inspect") == Value::Bool(true),
        _ => false,
    };
    let (Some(stopped), Value::Int(months)) = (s.date("stopped_on"), s.param("stop_months")) else {
        return Ok(());
    };
    let resumed = s.date("resumed_on").unwrap_or(s.today);
    let long = resumed > months_after(stopped, months);
    let inspected = s.date("passed_on").is_some_and(|passed| passed >= stopped);
    if strict && long && !inspected {
        return Err(said!(
            "自 {stopped} 停用已超过 {months} 个月，须先定期检验合格再启用"
                / "Out of use since {stopped}, for more than {months} months; it must pass a periodic inspection first"
        ));
    }
    Ok(())
}

/// Not for devices that failed, are past their life, were altered unlawfully or have no file
/// (TSG 08-2017 3.8).
pub fn fit_to_move(s: &Situation) -> Result<(), Said> {
    not_sealed(s)?;
    not_failed(s)?;
    within_life(s)?;
    if *s.value("illegal_change") == Value::Bool(true) {
        return Err(said!(
            "擅自改造、移装的设备不得办理迁出（TSG 08-2017 3.8）"
                / "A device altered or moved without permission cannot be transferred out (TSG 08-2017 3.8)"
        ));
    }
    let files = s
        .register
        .field("product_files")
        .map(|ix| &s.record.data[ix.0]);
    if files.is_none_or(Datum::is_empty) {
        return Err(said!(
            "没有技术资料，请先上传设计、合格、安装资料（TSG 08-2017 3.8）"
                / "There are no technical papers; upload those of design, conformity and installation first (TSG 08-2017 3.8)"
        ));
    }
    Ok(())
}

/// 法 第25条: a device that failed its supervision inspection is not delivered.
pub fn no_failed_supervision(s: &Situation) -> Result<(), Said> {
    let failed = *s.value("passed") == Value::Bool(false);
    let later = s
        .date("accepted_on")
        .zip(s.date("supervised_on"))
        .is_some_and(|(a, b)| b >= a);
    if failed && !later {
        return Err(said!(
            "最近一份监督检验报告不合格，复检合格后才能办理（特种设备安全法第25条）"
                / "The latest supervisory inspection failed; it must pass again first (Special Equipment Safety Law, art. 25)"
        ));
    }
    Ok(())
}

/// A renewal counts from a later approval than the certificate it renews.
pub fn renewal_is_later(s: &Situation) -> Result<(), Said> {
    let before = s.before.map(|before| s.of(before, "approved_on").clone());
    match (before, s.date("approved_on")) {
        (Some(Value::Date(old)), Some(new)) if new <= old => Err(said!(
            "复审批准日期应晚于原批准日期 {old}"
                / "The review should be later than the former approval on {old}"
        )),
        _ => Ok(()),
    }
}

pub fn employer_cleared(s: &Situation) -> Result<(), Said> {
    if *s.value("employer") == Value::Null {
        return Ok(());
    }
    Err(said!(
        "解聘时请清空聘用单位；换到别的单位请办理“变更聘用单位”"
            / "To end the employment empty the employer; for another employer take the action that changes it"
    ))
}

/// The last four figures of the number are the year of expiry (TSG 07-2019).
pub fn licence_year_agrees(s: &Situation) -> Result<(), Said> {
    let year = s
        .text("code")
        .and_then(|code| code.rsplit('-').next())
        .unwrap_or_default();
    match s.date("valid_until") {
        Some(until) if until < s.today => Err(said!(
            "有效期至 {until} 已经过去" / "The end of validity, {until}, has passed"
        )),
        Some(until) if until.year().to_string() != year => Err(said!(
            "许可证编号末四位是 {year}，与有效期 {until} 的年份不一致，请核对"
                / "The last four digits of the licence number are {year}, not the year of its end {until}; please check"
        )),
        _ => Ok(()),
    }
}

pub(super) fn not_sealed(s: &Situation) -> Result<(), Said> {
    if *s.value("sealed") == Value::Bool(true) {
        return Err(said!(
            "设备处于查封、扣押状态，解除后才能办理（特种设备安全法第61条）"
                / "The device is sealed or seized; this must be lifted first (Special Equipment Safety Law, art. 61)"
        ));
    }
    Ok(())
}

pub(super) fn not_failed(s: &Situation) -> Result<(), Said> {
    let failed = ["passed", "passed_outer"]
        .iter()
        .any(|field| *s.value(field) == Value::Bool(false));
    if failed {
        return Err(said!(
            "最近一次检验不合格，不得使用（特种设备安全法第40条）"
                / "The latest inspection failed; it may not be used (Special Equipment Safety Law, art. 40)"
        ));
    }
    Ok(())
}

pub(super) fn within_life(s: &Situation) -> Result<(), Said> {
    match s.date("life_until") {
        Some(until) if until < s.today => Err(said!(
            "设计使用年限已于 {until} 到期，须经检验或者安全评估并批准继续使用（特种设备安全法第48条）"
                / "Its design life ended on {until}; further use must be approved after inspection or safety assessment (Special Equipment Safety Law, art. 48)"
        )),
        _ => Ok(()),
    }
}
