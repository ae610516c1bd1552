//! Carries what the house has to say out of it: mail by SMTP, signed events by HTTPS; and brings back
//! reports of mail that could not be delivered. What is due, and what became of it, `app` keeps.

mod bounce;
mod post;
mod round;
mod sign;
mod smtp;

pub use bounce::{Report, read as read_report};
pub use post::push;
pub use round::{Courier, spool};
pub use sign::signature;
pub use smtp::{Encryption, Fault, Server};
