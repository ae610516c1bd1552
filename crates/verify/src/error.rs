//! What stops the check before it can answer: a file that cannot be opened, read or understood.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("打不开 {}：{source}", path.display())]
    Open {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{} 不是金质的数据库：没有 history、ledger、head 这些表", .0.display())]
    NotOurs(PathBuf),
    #[error("读不了数据库：{0}")]
    Sql(#[from] rusqlite::Error),
    #[error("导出文件第 {line} 行看不懂：{source}")]
    Line {
        line: u64,
        source: serde_json::Error,
    },
    #[error(
        "导出文件首行应为 {{\"export\":{{\"format\":1,…}}}}；或由更新的版本导出，请用同版本的 jinzhi-verify"
    )]
    Export,
    #[error("读不了导出文件：{0}")]
    Read(#[from] std::io::Error),
    #[error("签名头文件 {}：{what}", path.display())]
    Head { path: PathBuf, what: String },
    #[error("公钥文件 {} 应为 130 位十六进制的 SM2 公钥（04 开头）", .0.display())]
    Key(PathBuf),
}
