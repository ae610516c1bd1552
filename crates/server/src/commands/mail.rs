//! `jinzhi mail`: a letter to try the mail server with, and what came back.

use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use app::Sent;
use courier::Fault;
use speech::said;

use crate::cli::Mail;
use crate::config::{Config, Overrides};
use crate::say::{Done, line, told};
use crate::serve::outward;

/// A report repeats the mail it is about; larger ones are none.
const REPORT_BYTES_MAX: u64 = 1024 * 1024;

pub fn run(ask: &Mail) -> anyhow::Result<Done> {
    match ask {
        Mail::Test { place, to, set } => test(&place.data, to, set),
        Mail::Bounce { place } => bounce(&place.data),
    }
}

fn test(data: &Path, to: &str, set: &[String]) -> anyhow::Result<Done> {
    let pairs = set.iter().map(|set| {
        let pair = set.split_once('=');
        let pair = pair.map(|(name, value)| (name.trim().to_owned(), value.to_owned()));
        pair.ok_or_else(|| told(format!("--set {set} 应写成 项=值")))
    });
    let flags: anyhow::Result<Vec<(String, String)>> = pairs.collect();
    let config = Config::read(data, &Overrides::of_process(flags?))?;
    let Some(server) = outward::server(&config) else {
        return Err(told(
            "没有配置发信服务器：请在 jinzhi.toml 里填写 mail.host 和 mail.from",
        ));
    };
    let to = codes::text::check_email(to).map_err(|_| told(format!("“{to}”不是邮箱地址")))?;
    let subject = said!("【{}】测试邮件" / "[{}] Test", config.product);
    let letter = app::Mail {
        id: expr::Id(0),
        message: outward::message_number(&server),
        to,
        subject: subject.get(speech::Lang::Zh).to_owned(),
        text: "收到这封邮件，说明发信配置正确。\r\n".to_owned(),
        choices: format!("{}/account/notices", config.shown_url()),
    };
    let mut open = match server.open() {
        Ok(open) => open,
        Err(fault) => return Err(fault_told(fault)),
    };
    let sent = open.send(&letter);
    open.close();
    match sent {
        Sent::Done(code) => {
            line(format!("已交给 {}:{}（{code}）", server.host, server.port));
            Ok(Done::Yes)
        }
        Sent::Later(code) => Err(told(format!("发信服务器暂时不收（{code}），请稍后再试"))),
        Sent::NoAddress(code) => Err(told(format!("发信服务器说没有这个收件地址（{code}）"))),
        Sent::Never(code) => Err(told(format!(
            "发信服务器拒绝（{code}），请核对发件人和权限"
        ))),
    }
}

fn fault_told(fault: Fault) -> anyhow::Error {
    let remedy = match &fault {
        Fault::Address => "发件人地址不对，请核对 mail.from、mail.bounce_to",
        Fault::Connect(_) => "连接不上发信服务器，请核对 mail.host、mail.port 和 mail.tls",
        Fault::Tls(_) => "不能加密：请核对 mail.tls，以及本机是否信任对方的证书",
        Fault::Login(_) => "发信服务器不认账号或者密码，请核对 mail.user 和密码文件",
        Fault::Letter(_) => "邮件写不成",
    };
    let cause = std::error::Error::source(&fault).map(ToString::to_string);
    told(format!("{remedy}（{}）", cause.unwrap_or_default()))
}

fn bounce(data: &Path) -> anyhow::Result<Done> {
    let config = Config::read(data, &Overrides::of_process(Vec::new()))?;
    let now = jiff::Timestamp::now().as_microsecond();
    let mut message = Vec::new();
    let mut input = std::io::stdin().take(REPORT_BYTES_MAX);
    input.read_to_end(&mut message).context("标准输入读不了")?;
    courier::spool(&outward::reports(data, &config), &message, now).context("退信存不下")?;
    line("已收下，服务会在一分钟内处理");
    Ok(Done::Yes)
}
