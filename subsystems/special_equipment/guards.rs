//! Guards of special equipment: may it be used, resumed, moved; each refusal names its article.

use kernel::{Datum, Situation, Value};

use super::lift::months_after;

/// 法 第40条: not without a valid inspection, not after a failed one; 第48条: not beyond its life;
/// 第61条: not while sealed.
pub fn fit_for_use(s: &Situation) -> Result<(), String> {
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
        return Err(
            "没有检验合格的记录，先登记检验报告或监督检验合格日期（特种设备安全法第40条）".into(),
        );
    }
    for field in ["next_due", "next_due_outer"] {
        if let Some(due) = s.date(field).filter(|due| *due < s.today) {
            return Err(format!(
                "检验已于 {due} 到期，检验合格后才能使用（特种设备安全法第40条）"
            ));
        }
    }
    Ok(())
}

/// As for use; after a long stop the periodic inspection comes first
/// (TSG T7001-2023 4.1 for lifts, 浙条例 第12条 for boilers).
pub fn fit_to_resume(s: &Situation) -> Result<(), String> {
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
        return Err(format!(
            "自 {stopped} 停用已超过 {months} 个月，须先定期检验合格再启用"
        ));
    }
    Ok(())
}

/// Not for devices that failed, are past their life, were altered unlawfully or have no file
/// (TSG 08-2017 3.8).
pub fn fit_to_move(s: &Situation) -> Result<(), String> {
    not_sealed(s)?;
    not_failed(s)?;
    within_life(s)?;
    if *s.value("illegal_change") == Value::Bool(true) {
        return Err("擅自改造、移装的设备不得办理迁出（TSG 08-2017 3.8）".into());
    }
    let files = s
        .register
        .field("product_files")
        .map(|ix| &s.record.data[ix.0]);
    if files.is_none_or(Datum::is_empty) {
        return Err("没有技术资料，请先上传设计、合格、安装资料（TSG 08-2017 3.8）".into());
    }
    Ok(())
}

/// 法 第25条: a device that failed its supervision inspection is not delivered.
pub fn no_failed_supervision(s: &Situation) -> Result<(), String> {
    let failed = *s.value("passed") == Value::Bool(false);
    let later = s
        .date("accepted_on")
        .zip(s.date("supervised_on"))
        .is_some_and(|(a, b)| b >= a);
    if failed && !later {
        return Err(
            "最近一份监督检验报告不合格，复检合格后才能办理（特种设备安全法第25条）".into(),
        );
    }
    Ok(())
}

/// A renewal counts from a later approval than the certificate it renews.
pub fn renewal_is_later(s: &Situation) -> Result<(), String> {
    let before = s.before.map(|before| s.of(before, "approved_on").clone());
    match (before, s.date("approved_on")) {
        (Some(Value::Date(old)), Some(new)) if new <= old => {
            Err(format!("复审批准日期应晚于原批准日期 {old}"))
        }
        _ => Ok(()),
    }
}

pub fn employer_cleared(s: &Situation) -> Result<(), String> {
    if *s.value("employer") == Value::Null {
        return Ok(());
    }
    Err("解聘时请清空聘用单位；换到别的单位请办理“变更聘用单位”".into())
}

/// The last four figures of the number are the year of expiry (TSG 07-2019).
pub fn licence_year_agrees(s: &Situation) -> Result<(), String> {
    let year = s
        .text("code")
        .and_then(|code| code.rsplit('-').next())
        .unwrap_or_default();
    match s.date("valid_until") {
        Some(until) if until < s.today => Err(format!("有效期至 {until} 已经过去")),
        Some(until) if until.year().to_string() != year => Err(format!(
            "许可证编号末四位是 {year}，与有效期 {until} 的年份不一致，请核对"
        )),
        _ => Ok(()),
    }
}

fn not_sealed(s: &Situation) -> Result<(), String> {
    if *s.value("sealed") == Value::Bool(true) {
        return Err("设备处于查封、扣押状态，解除后才能办理（特种设备安全法第61条）".into());
    }
    Ok(())
}

fn not_failed(s: &Situation) -> Result<(), String> {
    let failed = ["passed", "passed_outer"]
        .iter()
        .any(|field| *s.value(field) == Value::Bool(false));
    if failed {
        return Err("最近一次检验不合格，不得使用（特种设备安全法第40条）".into());
    }
    Ok(())
}

fn within_life(s: &Situation) -> Result<(), String> {
    match s.date("life_until") {
        Some(until) if until < s.today => Err(format!(
            "设计使用年限已于 {until} 到期，须经检验或者安全评估并批准继续使用（特种设备安全法第48条）"
        )),
        _ => Ok(()),
    }
}
