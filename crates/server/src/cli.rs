//! The command line: which commands there are and what each takes.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::bench::{Bare, Bench};

/// The longest life of a token that `app` grants.
const TOKEN_DAYS_MAX: i64 = 366;
const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";
const AFTER: &str = "\n退出码：0 完成；1 结果是否定的（定义有误、有行未导入、台账被改动、被拒绝）；2 用法不对或者无法执行。\nEvery command answers to --help; messages are in Chinese, see README.md for English.";

#[derive(Debug, Parser)]
#[command(
    name = "jinzhi",
    version,
    about = "金质：质量监督登记、检验与监管系统",
    help_template = TEMPLATE,
    after_help = AFTER,
    disable_help_subcommand = true,
    subcommand_help_heading = "命令",
    next_help_heading = "选项"
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// 从磁盘上的文件夹读取定义，而不用程序自带的（开发时用）
    #[arg(long, global = true, value_name = "文件夹", env = "JINZHI_DEFINITIONS")]
    pub definitions: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 新建空的数据目录，打印一次性登录链接
    Init(Init),
    /// 启动服务
    Serve(Serve),
    /// 生成示例县区并启动服务，供试用
    Demo(Demo),
    /// 检查定义，一次列出全部错误；带 --data 时列出需要的迁移
    Check(Check),
    /// 按现行定义迁移数据目录
    Migrate(Place),
    /// 生成数据字典和供编辑器使用的 JSON Schema
    Doc(Doc),
    /// 管理账号
    #[command(subcommand)]
    User(User),
    /// 生成接口令牌
    Token(Token),
    /// 导入 CSV 或者 XLSX
    Import(Import),
    /// 列出导入的批次，中断的也在内
    Imports(Place),
    /// 撤销一次导入
    Undo(Undo),
    /// 导出 CSV 或者 XLSX
    Export(Export),
    /// 生成示例数据（一个省）
    Generate(Generate),
    /// 台账：签名头、核验、导出
    #[command(subcommand)]
    Ledger(Ledger),
    /// 依法永久删除一条记录的个人信息
    Erase(Erase),
    /// 与裸处理程序并排测量速度和内存
    Bench(Bench),
    #[command(hide = true)]
    BenchBare(Bare),
}

/// Where the data lie.
#[derive(Clone, Debug, Args)]
pub struct Place {
    /// 数据目录
    #[arg(long, value_name = "目录", env = "JINZHI_DATA")]
    pub data: PathBuf,
}

#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    pub place: Place,
    /// 本单位的六位区划代码，建成后不能更改
    #[arg(long, value_name = "代码", default_value = "330109")]
    pub unit: String,
    /// 本单位的第几台服务器（0 至 15），建成后不能更改
    #[arg(long, value_name = "序号", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=15))]
    pub instance: u8,
    /// 第一个系统管理员的登录名
    #[arg(long, value_name = "登录名", default_value = "admin")]
    pub admin: String,
    /// 个人信息字段使用的密码算法
    #[arg(long, value_enum, default_value_t = Cipher::Aes)]
    pub cipher: Cipher,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Cipher {
    Aes,
    Sm4,
}

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub door: Door,
}

/// What a server may be told on the command line; the rest stands in `jinzhi.toml`.
#[derive(Clone, Debug, Default, Args)]
pub struct Door {
    /// 监听地址
    #[arg(long, value_name = "地址:端口")]
    pub listen: Option<SocketAddr>,
    /// TLS 证书（PEM）；不设则由前面的代理负责加密
    #[arg(long, value_name = "文件", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// TLS 私钥（PEM）
    #[arg(long, value_name = "文件", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// 临时改一项配置，如 --set foot.icp=浙ICP备00000000号
    #[arg(long, value_name = "项=值")]
    pub set: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// 数据目录；已有的接着用
    #[arg(
        long,
        value_name = "目录",
        default_value = "./data/demo",
        env = "JINZHI_DATA"
    )]
    pub data: PathBuf,
    /// 监听地址
    #[arg(long, value_name = "地址:端口", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// 设备台数
    #[arg(long, value_name = "台数", default_value_t = 3_000)]
    pub devices: usize,
}

#[derive(Debug, Args)]
pub struct Check {
    /// 叠加的定义文件夹
    #[arg(long, value_name = "文件夹")]
    pub overlay: Vec<PathBuf>,
    /// 数据目录：连同其中的叠加定义一起检查，并列出需要的迁移
    #[arg(long, value_name = "目录", env = "JINZHI_DATA")]
    pub data: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Doc {
    /// 写到哪个文件夹
    #[arg(long, value_name = "文件夹")]
    pub out: PathBuf,
    /// 语言：zh 或者 en
    #[arg(long, value_name = "语言", default_value = "zh", value_parser = ["zh", "en"])]
    pub lang: String,
    /// 叠加的定义文件夹
    #[arg(long, value_name = "文件夹")]
    pub overlay: Vec<PathBuf>,
}

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
    /// 理由，记入台账
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

#[derive(Debug, Args)]
pub struct Token {
    /// 令牌代表哪个账号
    pub login: String,
    /// 有效天数，1 至 366
    #[arg(long, value_name = "天数", default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=TOKEN_DAYS_MAX))]
    pub days: i64,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct Import {
    /// 登记簿，如 special_equipment.equipment
    pub register: String,
    /// CSV 或者 XLSX 文件
    pub file: PathBuf,
    /// 映射文件：外来表的列如何对应
    #[arg(long, value_name = "文件")]
    pub map: Option<PathBuf>,
    /// 只试算，不写入
    #[arg(long)]
    pub dry_run: bool,
    /// 未导入的行写到这个文件，多一列说明原因；默认在原文件旁
    #[arg(long, value_name = "文件")]
    pub wrong: Option<PathBuf>,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct Undo {
    /// 导入时打印的批次号，也可用 jinzhi imports 查
    pub batch: String,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct Export {
    /// 登记簿，如 special_equipment.equipment
    pub register: String,
    /// 条件，如 "kind = lift and next_due < today"
    #[arg(long = "where", value_name = "条件")]
    pub only: Option<String>,
    /// 格式
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
    /// 表头用名称、选项用名称，而不用代号
    #[arg(long)]
    pub labels: bool,
    /// 写到文件；默认写到标准输出
    #[arg(long, value_name = "文件")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Csv,
    Xlsx,
}

#[derive(Debug, Args)]
pub struct Generate {
    /// 设备台数
    #[arg(long, value_name = "台数", default_value_t = 245_000)]
    pub devices: usize,
    /// 种子：相同的种子生成相同的数据
    #[arg(long, value_name = "数字", default_value_t = 1)]
    pub seed: u64,
    /// 省级区划代码
    #[arg(long, value_name = "代码", default_value = "370000")]
    pub province: String,
    /// 数据截止日期；默认昨天
    #[arg(long, value_name = "日期")]
    pub today: Option<Date>,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Subcommand)]
pub enum Ledger {
    /// 打印签名的台账头，请另存到别处
    Head(Place),
    /// 核验台账
    Verify(LedgerVerify),
    /// 导出台账，供第三方核验
    Export(LedgerExport),
}

#[derive(Debug, Args)]
pub struct LedgerVerify {
    /// 以前另存的台账头；没有它查不出整体重写和截尾
    #[arg(long, value_name = "文件")]
    pub head: Vec<PathBuf>,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct LedgerExport {
    /// 写到文件；默认写到标准输出
    #[arg(long, value_name = "文件")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct Erase {
    /// 登记簿，如 registry.person
    pub register: String,
    /// 记录号
    pub id: String,
    /// 理由，记入台账
    #[arg(long, value_name = "理由")]
    pub reason: String,
    #[command(flatten)]
    pub place: Place,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
