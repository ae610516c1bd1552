//! The layers of the configuration, and every way in which they are refused.

use super::*;

fn config(text: &str, env: &[(&str, &str)], flags: &[(&str, &str)]) -> anyhow::Result<Config> {
    let own = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    };
    let overrides = Overrides {
        env: own(env),
        flags: own(flags),
    };
    Config::of(&Layers::of("jinzhi.toml", text, &overrides)?)
}

fn refused(text: &str, env: &[(&str, &str)], flags: &[(&str, &str)]) -> String {
    config(text, env, flags).unwrap_err().to_string()
}

#[test]
fn an_empty_file_means_the_defaults() {
    let config = config("", &[], &[]).unwrap();
    assert_eq!(config.listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(config.cookies, CookieRule::Auto);
    assert_eq!(config.tls, None);
    assert!(!config.demo);
    assert_eq!(config.shown_url(), "http://127.0.0.1:8080");
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let file = "listen = \"127.0.0.1:1\"\nproduct = \"甲\"\n[foot]\nicp = \"乙\"\n";
    let env = [("JINZHI_LISTEN", "127.0.0.1:2"), ("JINZHI_FOOT_ICP", "丙")];
    let config = config(file, &env, &[("listen", "127.0.0.1:3")]).unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.product, "甲");
    assert_eq!(config.foot, vec![(Key::Icp, "丙".to_owned())]);
}

#[test]
fn what_is_not_known_is_told_with_its_line_and_the_nearest_key() {
    let said = refused(
        "demo = true\n\nlisen = \"x\"\n[foot]\nipc = \"y\"\n",
        &[],
        &[],
    );
    assert_eq!(
        said,
        "jinzhi.toml:3: 没有“lisen”这一项，是不是 listen\njinzhi.toml:5: 没有“foot.ipc”这一项，是不是 foot.icp"
    );
    assert_eq!(
        refused("", &[("JINZHI_LISTN", "x")], &[]),
        "环境变量 JINZHI_LISTN 不认识，是不是 JINZHI_LISTEN"
    );
    assert_eq!(
        refused("", &[], &[("demos", "x")]),
        "--set demos 不认识，是不是 demo"
    );
    assert!(
        config(
            "",
            &[("JINZHI_DATA", "x"), ("JINZHI_TEST_BROWSER", "x")],
            &[]
        )
        .is_ok()
    );
}

#[test]
fn wrong_values_are_told_with_their_place() {
    assert_eq!(
        refused("listen = \"8080\"", &[], &[]),
        "jinzhi.toml:1: “8080”不对，监听地址应是 IP:端口，如 0.0.0.0:8443"
    );
    assert_eq!(
        refused("", &[("JINZHI_COOKIE_SECURE", "yes")], &[]),
        "JINZHI_COOKIE_SECURE: “yes”不对，应是 auto、always、never 之一"
    );
    assert!(refused("demo = [1]", &[], &[]).contains("jinzhi.toml:1: “demo”应是文字"));
    assert!(refused("\ndemo = ", &[], &[]).starts_with("jinzhi.toml:2: 不是正确的 TOML"));
    assert_eq!(
        refused("[tls]\ncert = \"a\"", &[], &[]),
        "tls.cert 和 tls.key 要么都填，要么都不填"
    );
}

#[test]
fn a_secret_is_read_from_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("token");
    std::fs::write(&path, " s3cret\n").unwrap();
    let flags = [("metrics.token_file", path.to_str().unwrap())];
    assert_eq!(
        config("", &[], &flags).unwrap().metrics_token.as_deref(),
        Some("s3cret")
    );
    std::fs::write(&path, "\n").unwrap();
    assert!(refused("", &[], &flags).ends_with("是空的"));
}

#[test]
fn the_template_is_accepted_with_every_key_turned_on() {
    for demo in [false, true] {
        assert_eq!(config(&template(demo), &[], &[]).unwrap().demo, demo);
    }
    let on: String = template(false)
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.contains(" = ") => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .filter(|line| !line.starts_with("token_file") && !line.starts_with("password_file"))
        .collect();
    let env = [("JINZHI_MAIL_PASSWORD", "secret")];
    let config = config(&on, &env, &[]).unwrap();
    assert!(config.tls.is_some() && config.mail.is_some());
    assert_eq!(config.foot.len(), 6);
}

#[test]
fn a_mail_server_has_a_sender_and_keeps_its_password_elsewhere() {
    assert_eq!(config("", &[], &[]).unwrap().mail, None);
    let file = "[mail]\nhost = \"smtp.example.cn\"\nfrom = \"a@example.cn\"\nuser = \"a\"\n";
    let env = [("JINZHI_MAIL_PASSWORD", "secret")];
    let mail = config(file, &env, &[]).unwrap().mail.unwrap();
    assert_eq!((mail.port, mail.encryption), (587, Encryption::StartTls));
    assert_eq!(mail.login, Some(("a".to_owned(), "secret".to_owned())));
    assert_eq!(
        (mail.bounce_to.as_str(), mail.domain().as_str()),
        ("a@example.cn", "example.cn")
    );
    assert!(!format!("{mail:?}").contains("secret"));
    let tls = config(file, &env, &[("mail.tls", "tls")])
        .unwrap()
        .mail
        .unwrap();
    assert_eq!(tls.port, 465);
    assert!(refused(file, &[], &[]).contains("mail.password_file"));
    assert!(refused("[mail]\nhost = \"x\"\n", &[], &[]).contains("mail.from"));
    let open = format!("{file}password = \"secret\"\n");
    assert!(refused(&open, &[], &[]).contains("不要写在这里"));
    assert!(refused(file, &env, &[("mail.from", "nobody")]).contains("不是邮箱"));
}

#[test]
fn allowed_places_have_a_port() {
    let env = [("JINZHI_PUSH_ALLOW", "10.0.0.8:80，unit.internal:8080")];
    let config = config("", &env, &[]).unwrap();
    assert_eq!(config.push_allow, ["10.0.0.8:80", "unit.internal:8080"]);
    assert!(refused("", &[], &[("push.allow", "10.0.0.8")]).contains("主机:端口"));
}
