//! Serves the tennis club's pages on loopback, for looking at: `cargo run -p web --example serve`.
//!
//! Login and password of every role are printed. All names are invented.

use std::net::SocketAddr;

use testkit::TestApp;
use web::Settings;

const PASSWORD: &str = "Tennis-2027";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    for role in ["manager", "coach", "sys_admin"] {
        let actor = house.as_role(role);
        house
            .app
            .set_password(actor.account, actor.account, PASSWORD)?;
        println!("{role} / {PASSWORD}");
    }
    let parent = add_members(&house, &manager)?;
    println!("a record: /members/{parent}");
    let address: SocketAddr = "127.0.0.1:8099".parse()?;
    let settings = Settings {
        strip: Some("演示环境：数据均为虚构，可以放心操作".to_owned()),
        ..Settings::for_address(address)
    };
    let router = web::router(house.app.clone(), settings);
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind(address).await?;
        println!("http://{address}/");
        axum::serve(listener, router).await
    })?;
    Ok(())
}

/// Sixty members with courts and bookings.
fn add_members(house: &TestApp, manager: &kernel::Actor) -> Result<kernel::Id, app::No> {
    const FAMILY: [&str; 10] = ["陈", "沈", "楼", "周", "俞", "来", "汪", "傅", "华", "瞿"];
    const GIVEN: [&str; 6] = ["晓岚", "丽芳", "建华", "启明", "立新", "思远"];
    let court = house.create(
        manager,
        "tennis_club.court",
        &[("name", "一号场"), ("surface", "clay"), ("fee", "80")],
    )?;
    let mut first = None;
    for n in 0..60 {
        let name = format!("{}{}", FAMILY[n % 10], GIVEN[n / 10]);
        let phone = format!("1380571{n:04}");
        let year = 2027 + (n % 3) / 2;
        let paid = format!("{year}-{:02}-{:02}", 1 + n % 12, 1 + n % 27);
        let saved = house.create_in(
            manager,
            "tennis_club.member",
            if n % 9 == 0 { "applied" } else { "active" },
            &[
                ("name", name.as_str()),
                ("phone", phone.as_str()),
                ("kind", "adult"),
                ("plan", if n % 2 == 0 { "gold" } else { "silver" }),
                ("division", "330109"),
                ("address", "临浦镇东藩中路 88 号 1 号楼西侧"),
                ("joined", "2020-05-01"),
                ("paid_until", paid.as_str()),
                ("level", "3.5"),
                ("remark", "周末上午打球，2022 年换过会员卡。"),
            ],
        )?;
        first.get_or_insert(saved.id);
        if n < 7 {
            let (member, court) = (first.unwrap_or(saved.id).to_string(), court.id.to_string());
            let day = format!("2027-03-{:02}", 2 + n);
            house.create(
                manager,
                "tennis_club.booking",
                &[
                    ("member", member.as_str()),
                    ("court", court.as_str()),
                    ("day", day.as_str()),
                    ("starts", format!("{day} 09:00").as_str()),
                ],
            )?;
        }
    }
    first.ok_or_else(|| kernel::Refusal::not_found().into())
}
