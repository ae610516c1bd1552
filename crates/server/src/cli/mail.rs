//! `jinzhi mail`: the mail server tried, and reports of undelivered mail taken in.

use clap::Subcommand;

use super::Place;

#[derive(Debug, Subcommand)]
pub enum Mail {
    /// 按配置连接发信服务器，向一个地址试发一封邮件
    Test {
        #[command(flatten)]
        place: Place,
        /// 收件地址
        #[arg(long, value_name = "邮箱")]
        to: String,
        /// 改写配置的一项：项=值
        #[arg(long = "set", value_name = "项=值")]
        set: Vec<String>,
    },
    /// 从标准输入收下一封退信；由邮件服务器的管道调用，服务在运行时也可以用
    Bounce {
        #[command(flatten)]
        place: Place,
    },
}
