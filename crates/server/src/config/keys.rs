//! The keys of `jinzhi.toml`, each with its meaning and an example as `jinzhi init` writes them.

/// One key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Listen,
    BaseUrl,
    Demo,
    Product,
    CookieSecure,
    TlsCertificate,
    TlsSecret,
    MetricsTokenFile,
    LogLevel,
    LogFormat,
    SiteCode,
    Icp,
    Police,
    Organiser,
    Phone,
    FindFault,
    MailHost,
    MailPort,
    MailTls,
    MailUser,
    MailPasswordFile,
    MailPassword,
    MailFrom,
    MailBounceTo,
    MailBounces,
    MailSeconds,
    PushAllow,
}

impl Key {
    /// All keys, those without a table first.
    pub const ALL: [Key; 27] = [
        Key::Listen,
        Key::BaseUrl,
        Key::Demo,
        Key::Product,
        Key::CookieSecure,
        Key::TlsCertificate,
        Key::TlsSecret,
        Key::MetricsTokenFile,
        Key::LogLevel,
        Key::LogFormat,
        Key::SiteCode,
        Key::Icp,
        Key::Police,
        Key::Organiser,
        Key::Phone,
        Key::FindFault,
        Key::MailHost,
        Key::MailPort,
        Key::MailTls,
        Key::MailUser,
        Key::MailPasswordFile,
        Key::MailPassword,
        Key::MailFrom,
        Key::MailBounceTo,
        Key::MailBounces,
        Key::MailSeconds,
        Key::PushAllow,
    ];

    /// As it stands in the file and after `--set`: `foot.icp`.
    pub fn name(self) -> &'static str {
        match self {
            Key::Listen => "listen",
            Key::BaseUrl => "base_url",
            Key::Demo => "demo",
            Key::Product => "product",
            Key::CookieSecure => "cookie.secure",
            Key::TlsCertificate => "tls.cert",
            Key::TlsSecret => "tls.key",
            Key::MetricsTokenFile => "metrics.token_file",
            Key::LogLevel => "log.level",
            Key::LogFormat => "log.format",
            Key::SiteCode => "foot.site_code",
            Key::Icp => "foot.icp",
            Key::Police => "foot.police",
            Key::Organiser => "foot.organiser",
            Key::Phone => "foot.phone",
            Key::FindFault => "foot.find_fault",
            Key::MailHost => "mail.host",
            Key::MailPort => "mail.port",
            Key::MailTls => "mail.tls",
            Key::MailUser => "mail.user",
            Key::MailPasswordFile => "mail.password_file",
            Key::MailPassword => "mail.password",
            Key::MailFrom => "mail.from",
            Key::MailBounceTo => "mail.bounce_to",
            Key::MailBounces => "mail.bounces",
            Key::MailSeconds => "mail.seconds",
            Key::PushAllow => "push.allow",
        }
    }

    pub fn meaning(self) -> &'static str {
        match self {
            Key::Listen => "监听地址",
            Key::BaseUrl => "别人访问本服务的网址，用在打印出来的链接里",
            Key::Demo => "页面上方提示“演示数据”",
            Key::Product => "页面左上角的名称",
            Key::CookieSecure => "登录状态只在加密连接上传送：auto 除本机外都是，always，never",
            Key::TlsCertificate => "TLS 证书（PEM）；不填则由前面的代理负责加密",
            Key::TlsSecret => "TLS 私钥（PEM）",
            Key::MetricsTokenFile => "存放令牌的文件，从别的机器读取 /metrics 时要带上",
            Key::LogLevel => "日志级别：error、warn、info、debug、trace",
            Key::LogFormat => "日志格式：text 或者 json",
            Key::SiteCode => "网站标识码",
            Key::Icp => "ICP 备案号",
            Key::Police => "公安备案号",
            Key::Organiser => "主办单位",
            Key::Phone => "联系电话",
            Key::FindFault => "“政府网站找错”的网址",
            Key::MailHost => "发信服务器（SMTP）；不填则不发邮件",
            Key::MailPort => "发信服务器的端口；不填按加密方式取 587、465 或者 25",
            Key::MailTls => "发信加密：starttls、tls、none（只用于本机）",
            Key::MailUser => "发信账号；不填则不登录",
            Key::MailPasswordFile => "存放发信密码的文件",
            Key::MailPassword => "发信密码，只能用环境变量给出，不能写在这里",
            Key::MailFrom => "发件人地址",
            Key::MailBounceTo => "退信寄往的地址；不填用发件人地址",
            Key::MailBounces => "收取退信的 Maildir；不填用数据目录下的 bounces",
            Key::MailSeconds => "等待发信服务器最多几秒",
            Key::PushAllow => "通知推送放行的内网或者 http 地址，主机:端口，用逗号隔开",
        }
    }

    /// An example in the form of the file.
    pub fn example(self) -> &'static str {
        match self {
            Key::Listen => "\"127.0.0.1:8080\"",
            Key::BaseUrl => "\"https://jinzhi.example.cn\"",
            Key::Demo => "false",
            Key::Product => "\"金质\"",
            Key::CookieSecure => "\"auto\"",
            Key::TlsCertificate => "\"/etc/jinzhi/cert.pem\"",
            Key::TlsSecret => "\"/etc/jinzhi/key.pem\"",
            Key::MetricsTokenFile => "\"/etc/jinzhi/metrics.token\"",
            Key::LogLevel => "\"info\"",
            Key::LogFormat => "\"text\"",
            Key::SiteCode => "\"3301090000\"",
            Key::Icp => "\"浙ICP备00000000号\"",
            Key::Police => "\"浙公网安备00000000000000号\"",
            Key::Organiser => "\"某某市市场监督管理局\"",
            Key::Phone => "\"0571-00000000\"",
            Key::FindFault => "\"https://zfwzgl.www.gov.cn/\"",
            Key::MailHost => "\"smtp.example.cn\"",
            Key::MailPort => "587",
            Key::MailTls => "\"starttls\"",
            Key::MailUser => "\"jinzhi@example.cn\"",
            Key::MailPasswordFile => "\"/etc/jinzhi/mail.password\"",
            Key::MailPassword => "\"\"",
            Key::MailFrom => "\"jinzhi@example.cn\"",
            Key::MailBounceTo => "\"bounces@example.cn\"",
            Key::MailBounces => "\"/var/mail/bounces\"",
            Key::MailSeconds => "30",
            Key::PushAllow => "\"10.0.0.8:8080\"",
        }
    }

    /// Table and name within it.
    pub fn parts(self) -> (&'static str, &'static str) {
        self.name().split_once('.').unwrap_or(("", self.name()))
    }

    /// Variable of the environment: `JINZHI_FOOT_ICP`.
    pub fn variable(self) -> String {
        format!(
            "JINZHI_{}",
            self.name().replace('.', "_").to_ascii_uppercase()
        )
    }

    /// Shown at the foot of every page.
    pub fn is_foot(self) -> bool {
        self.parts().0 == "foot"
    }

    pub fn of_name(name: &str) -> Option<Key> {
        Key::ALL.into_iter().find(|key| key.name() == name)
    }

    pub fn of_variable(variable: &str) -> Option<Key> {
        Key::ALL.into_iter().find(|key| key.variable() == variable)
    }
}
