//! The command line: which commands there are and what each takes.

mod mail;
mod unit;
mod user;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

pub use self::mail::Mail;
pub use self::unit::{How, Unit, UnitAdd, UnitChangeId, UnitImport, UnitList, UnitUndo};
pub use self::user::{User, UserAdd, UserEndPost, UserInvite, UserLock, UserMove, UserPost};
use crate::bench::{Bare, Bench};
use crate::commands::calendar::Calendar;
use crate::commands::flow::Flow;

/// The longest life of a token that `app` grants.
const TOKEN_DAYS_MAX: i64 = 366;
const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";
const AFTER: &str = "\n退出码：0 完成；1 结果是否定的（定义有误、有行未导入、账本被改动、被拒绝）；2 用法不对或者无法执行。\nJINZHI_LANG=en：被拒绝的理由用英文说明。\nEvery command answers to --help. Messages are in Chinese; with JINZHI_LANG=en refusals say in English why. See README.md.";

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
    /// 运行模式：三员分立，或者一人兼任多个岗位
    Profile(Profile),
    /// 管理账号
    #[command(subcommand)]
    User(User),
    /// 管理单位：列出、新建、导入、合并、分设、调整隶属、更名、撤销
    #[command(subcommand)]
    Unit(Unit),
    /// 生成接口令牌
    Token(Token),
    /// 导入 CSV 或者 XLSX
    Import(Import),
    /// 列出导入的批次，中断的也在内
    Imports(Place),
    /// 撤销一次导入
    Undo(Undo),
    /// 工作日历：导入的节假日安排会使哪些期限变动；启用并重算
    Calendar(Calendar),
    /// 流程版本：哪些办件还按改变前的流程办理；把它们转到现行流程
    Flow(Flow),
    /// 导出 CSV 或者 XLSX
    Export(Export),
    /// 生成示例数据（一个省）
    Generate(Generate),
    /// 账本：签名头、核验、导出
    #[command(subcommand)]
    Ledger(Ledger),
    /// 依法永久删除一条记录的个人信息
    Erase(Erase),
    /// 邮件：试发一封、收下退信
    #[command(subcommand)]
    Mail(Mail),
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
    /// 运行模式：full 三员分立；small 一人可以兼任多个岗位，逐件标记“同一人办理”
    #[arg(long, value_enum, default_value_t = Mode::Full)]
    pub profile: Mode,
}

/// How the duties of a house are shared among its people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    Full,
    Small,
}

#[derive(Debug, Args)]
pub struct Profile {
    /// 改为 full 或者 small；不填则显示现在的模式
    #[arg(value_enum)]
    pub to: Option<Mode>,
    /// 理由，记入账本
    #[arg(long, value_name = "理由", requires = "to")]
    pub reason: Option<String>,
    #[command(flatten)]
    pub place: Place,
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
    /// 打印签名头（签过名的账本头），请另存到别处
    Head(Place),
    /// 核验账本
    Verify(LedgerVerify),
    /// 导出账本，供第三方核验
    Export(LedgerExport),
}

#[derive(Debug, Args)]
pub struct LedgerVerify {
    /// 以前另存的签名头；没有它查不出整体重写和截尾
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
    /// 理由，记入账本
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
