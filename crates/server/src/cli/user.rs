//! What `jinzhi user` takes: accounts and posts.

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::Place;

#[derive(Debug, Subcommand)]
pub enum User {
    /// 新建账号，打印一次性登录链接（24 小时内有效）
    Add(UserAdd),
    /// 列出账号
    List(Place),
    /// 停用账号，立即断开它的全部登录
    Lock(UserLock),
    /// 重新生成一次性登录链接（忘记口令时用）
    Invite(UserInvite),
    /// 变更账号的岗位（角色、单位、任期）
    Move(UserMove),
    /// 增加一个兼任的岗位
    Post(UserPost),
    /// 列出一个人的岗位
    Posts(UserInvite),
    /// 结束一个兼任的岗位
    EndPost(UserEndPost),
}

#[derive(Debug, Args)]
pub struct UserMove {
    /// 登录名
    pub login: String,
    /// 新角色；不填则不变
    #[arg(long, value_name = "角色")]
    pub role: Option<String>,
    /// 新单位的编号；不填则不变
    #[arg(long, value_name = "编号")]
    pub unit: Option<String>,
    /// 任职至（含当日）；不填则不变
    #[arg(long, value_name = "日期")]
    pub until: Option<Date>,
    /// 理由，记入账本
    #[arg(long, value_name = "理由")]
    pub reason: String,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct UserPost {
    /// 登录名
    pub login: String,
    /// 角色，如 section_officer
    #[arg(long, value_name = "角色")]
    pub role: String,
    /// 单位编号
    #[arg(long, value_name = "编号")]
    pub unit: String,
    /// 任职自；不填则自今日
    #[arg(long, value_name = "日期")]
    pub since: Option<Date>,
    /// 任职至（含当日）；不填为长期
    #[arg(long, value_name = "日期")]
    pub until: Option<Date>,
    /// 企业岗位绑定的企业记录号
    #[arg(long, value_name = "记录号")]
    pub subject: Option<String>,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct UserEndPost {
    /// 岗位的记录号，见 jinzhi user posts
    pub post: String,
    /// 理由，记入账本
    #[arg(long, value_name = "理由")]
    pub reason: String,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct UserAdd {
    /// 登录名
    pub login: String,
    /// 角色，如 section_officer
    #[arg(long, value_name = "角色")]
    pub role: String,
    /// 单位编号
    #[arg(long, value_name = "编号")]
    pub unit: String,
    /// 姓名；不填则同登录名
    #[arg(long, value_name = "姓名")]
    pub name: Option<String>,
    /// 企业账号绑定的企业记录号
    #[arg(long, value_name = "记录号")]
    pub subject: Option<String>,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct UserLock {
    /// 登录名
    pub login: String,
    /// 理由，记入账本
    #[arg(long, value_name = "理由")]
    pub reason: String,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct UserInvite {
    /// 登录名
    pub login: String,
    #[command(flatten)]
    pub place: Place,
}
