//! What `jinzhi unit` takes: the tree of units and the acts on it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::Place;

#[derive(Debug, Subcommand)]
pub enum Unit {
    /// 列出单位（按隶属缩进）
    List(UnitList),
    /// 新建单位
    Add(UnitAdd),
    /// 导入单位（CSV 或者 XLSX）
    Import(UnitImport),
    /// 合并：几个单位并入一个
    Merge(UnitMerge),
    /// 分设：把一部分区划划给别的单位，或者一分为几
    Split(UnitSplit),
    /// 调整隶属：改由另一个单位管理
    Move(UnitMove),
    /// 更名
    Rename(UnitRename),
    /// 撤销单位
    Close(UnitClose),
    /// 列出待生效和未能生效的变动
    Changes(Place),
    /// 取消尚未生效的变动
    Withdraw(UnitChangeId),
    /// 撤回已经生效的变动（其后没有别的改动时）
    Undo(UnitUndo),
}

#[derive(Debug, Args)]
pub struct UnitList {
    /// 哪一天的情况；默认今日
    #[arg(long, value_name = "日期")]
    pub on: Option<Date>,
    /// 只列名称或者编号里有这些字的单位（连同其上级）
    #[arg(long, value_name = "字", default_value = "")]
    pub find: String,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct UnitAdd {
    /// 单位编号
    pub code: String,
    /// 单位名称
    pub title: String,
    /// 类别：nation、province、city、county、zone、station、town、village、enterprise、institute
    #[arg(long, value_name = "类别")]
    pub kind: String,
    /// 上级单位的编号
    #[arg(long, value_name = "编号")]
    pub parent: Option<String>,
    /// 管辖区划的代码，几个之间用逗号
    #[arg(long, value_name = "代码", value_delimiter = ',')]
    pub area: Vec<String>,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct UnitImport {
    /// CSV 或者 XLSX 文件
    pub file: PathBuf,
    /// 只试算，不写入
    #[arg(long)]
    pub dry_run: bool,
    /// 未导入的行写到这个文件，多一列说明原因；默认在原文件旁
    #[arg(long, value_name = "文件")]
    pub wrong: Option<PathBuf>,
    #[command(flatten)]
    pub place: Place,
}

/// From when, why, and whether it is only tried.
#[derive(Debug, Args)]
pub struct How {
    /// 生效日期；默认今日
    #[arg(long, value_name = "日期")]
    pub from: Option<Date>,
    /// 依据和理由，记入账本
    #[arg(long, value_name = "理由", required_unless_present = "dry_run")]
    pub reason: Option<String>,
    /// 只预览，不办理
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct UnitMerge {
    /// 并入的单位编号，几个之间用逗号
    #[arg(value_delimiter = ',', required = true)]
    pub units: Vec<String>,
    /// 承继单位的编号；可以是其中之一
    #[arg(long, value_name = "编号")]
    pub into: String,
    #[command(flatten)]
    pub how: How,
}

#[derive(Debug, Args)]
pub struct UnitSplit {
    /// 原单位的编号
    pub unit: String,
    /// 划出的部分：单位编号=区划代码,区划代码；可以写几个
    #[arg(long = "part", value_name = "编号=区划", required = true)]
    pub parts: Vec<String>,
    /// 其余划归的单位编号；写原单位则它继续存在
    #[arg(long, value_name = "编号")]
    pub rest: Option<String>,
    /// 指定去向：登录名（或岗位记录号）=单位编号；可以写几个
    #[arg(long = "assign", value_name = "登录名=编号")]
    pub assign: Vec<String>,
    #[command(flatten)]
    pub how: How,
}

#[derive(Debug, Args)]
pub struct UnitMove {
    /// 单位编号
    pub unit: String,
    /// 新的上级单位编号；不填则没有上级
    #[arg(long, value_name = "编号")]
    pub under: Option<String>,
    #[command(flatten)]
    pub how: How,
}

#[derive(Debug, Args)]
pub struct UnitRename {
    /// 单位编号
    pub unit: String,
    /// 新名称
    pub title: String,
    #[command(flatten)]
    pub how: How,
}

#[derive(Debug, Args)]
pub struct UnitClose {
    /// 单位编号
    pub unit: String,
    /// 承继单位的编号
    #[arg(long, value_name = "编号")]
    pub heir: Option<String>,
    /// 指定去向：登录名（或岗位记录号）=单位编号；可以写几个
    #[arg(long = "assign", value_name = "登录名=编号")]
    pub assign: Vec<String>,
    #[command(flatten)]
    pub how: How,
}

#[derive(Debug, Args)]
pub struct UnitChangeId {
    /// 变动的记录号，办理时打印，也可用 jinzhi unit changes 查
    pub change: String,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Debug, Args)]
pub struct UnitUndo {
    /// 变动的记录号
    pub change: String,
    /// 理由，记入账本
    #[arg(long, value_name = "理由")]
    pub reason: String,
    #[command(flatten)]
    pub place: Place,
}
