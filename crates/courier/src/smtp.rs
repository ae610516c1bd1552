//! Mail to one server (RFC 5321): connect, secure, sign in, and send letters one after another.
//! Which command a refusal answers decides what it means, so each is sent by itself.

use std::time::Duration;

use app::{Mail, Sent};
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue,
};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::ClientId;

/// No answer in time, and a connection that broke.
const TIMEOUT: &str = "timeout";
const NETWORK: &str = "network";

/// Whether and when the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// After `STARTTLS`, and never without.
    StartTls,
    /// From the first byte.
    Tls,
    /// Never: for a server on the same machine only.
    None,
}

/// The mail server and who sends.
#[derive(Clone)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    /// User and password.
    pub login: Option<(String, String)>,
    pub from: String,
    pub product: String,
    /// Where reports of mail that could not be delivered go: the sender of the envelope.
    pub bounce_to: String,
    pub timeout: Duration,
}

/// The password stays out of logs.
impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Server({}:{})", self.host, self.port)
    }
}

/// What does not work about the server itself, before any letter.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("an address is wrong")]
    Address,
    #[error("the server cannot be reached or does not answer as a mail server")]
    Connect(#[source] Error),
    #[error("the connection cannot be encrypted")]
    Tls(#[source] Error),
    #[error("user or password is refused")]
    Login(#[source] Error),
    #[error("the letter could not be written")]
    Letter(#[source] lettre::error::Error),
}

impl Server {
    /// Connects, encrypts, signs in.
    pub fn open(&self) -> Result<Line<'_>, Fault> {
        let from: Address = self.bounce_to.parse().map_err(|_| Fault::Address)?;
        let hello = ClientId::Domain(from.domain().to_owned());
        let tls = || TlsParameters::new_rustls(self.host.clone()).map_err(Fault::Tls);
        let at_once = match self.encryption {
            Encryption::Tls => Some(tls()?),
            _ => None,
        };
        let place = (self.host.as_str(), self.port);
        let timeout = Some(self.timeout);
        let connection = SmtpConnection::connect(place, timeout, &hello, at_once.as_ref(), None);
        let mut connection = connection.map_err(|error| match error.is_tls() {
            true => Fault::Tls(error),
            false => Fault::Connect(error),
        })?;
        if self.encryption == Encryption::StartTls {
            connection.starttls(&tls()?, &hello).map_err(Fault::Tls)?;
        }
        if let Some((user, password)) = &self.login {
            let login = Credentials::new(user.clone(), password.clone());
            let ways = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&ways, &login).map_err(Fault::Login)?;
        }
        Ok(Line {
            server: self,
            from,
            connection,
            is_broken: false,
        })
    }

    /// The letter as it travels: text/plain in UTF-8, the subject encoded (RFC 2047).
    fn written(&self, mail: &Mail) -> Result<(Address, Vec<u8>), Fault> {
        let to: Address = mail.to.parse().map_err(|_| Fault::Address)?;
        let from: Address = self.from.parse().map_err(|_| Fault::Address)?;
        let envelope =
            Envelope::new(Some(from.clone()), vec![to.clone()]).map_err(Fault::Letter)?;
        let message = Message::builder()
            .from(Mailbox::new(Some(self.product.clone()), from))
            .to(Mailbox::new(None, to.clone()))
            .subject(mail.subject.clone())
            .message_id(Some(format!("<{}>", mail.message)))
            .date_now()
            .header(Unsubscribe(format!("<{}>", mail.choices)))
            .header(Automatic)
            .header(ContentType::TEXT_PLAIN)
            .header(ContentTransferEncoding::Base64)
            .envelope(envelope)
            .body(mail.text.clone())
            .map_err(Fault::Letter)?;
        Ok((to, message.formatted()))
    }
}

/// A connection on which letters are sent.
pub struct Line<'a> {
    server: &'a Server,
    from: Address,
    connection: SmtpConnection,
    is_broken: bool,
}

impl Line<'_> {
    /// Sends one letter.
    pub fn send(&mut self, mail: &Mail) -> Sent {
        let sent = self.dialogue(mail);
        self.is_broken = matches!(&sent, Sent::Later(word) if word == NETWORK || word == TIMEOUT);
        sent
    }

    fn dialogue(&mut self, mail: &Mail) -> Sent {
        let Ok((to, letter)) = self.server.written(mail) else {
            return Sent::NoAddress("553 5.1.3".to_owned());
        };
        if let Err(error) = self
            .connection
            .command(MailFrom::new(Some(self.from.clone()), vec![]))
        {
            return told(&error, Sent::Never);
        }
        if let Err(error) = self.connection.command(Rcpt::new(to, vec![])) {
            let sent = told(&error, Sent::NoAddress);
            // The letter is given up, the connection goes on.
            return self.reset(sent);
        }
        if let Err(error) = self.connection.command(Data) {
            let sent = told(&error, Sent::Never);
            return self.reset(sent);
        }
        match self.connection.message(&letter) {
            Ok(answer) => Sent::Done(answer.code().to_string()),
            Err(error) => told(&error, Sent::Never),
        }
    }

    /// Whether further letters can be sent on it. The server is not asked: some hang up on whoever asks.
    pub fn is_good(&self) -> bool {
        !self.is_broken
    }

    /// Says goodbye; what the server answers does not matter any more.
    pub fn close(mut self) {
        let _ = self.connection.quit();
    }

    fn reset(&mut self, sent: Sent) -> Sent {
        // A connection that breaks here is found broken by the next letter.
        let _ = self.connection.command("RSET\r\n");
        sent
    }
}

/// 5yz is for good, 4yz and every broken connection for later (RFC 5321 §4.2.1). Only the code is kept:
/// the text of an answer may repeat the address.
fn told(error: &Error, never: fn(String) -> Sent) -> Sent {
    match error.status() {
        Some(code) if error.is_permanent() => never(code.to_string()),
        Some(code) => Sent::Later(code.to_string()),
        None if error.is_timeout() => Sent::Later(TIMEOUT.to_owned()),
        None => Sent::Later(NETWORK.to_owned()),
    }
}

/// Where the receiver changes what is sent (RFC 2369).
#[derive(Clone)]
struct Unsubscribe(String);

impl Header for Unsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Unsubscribe(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// Nobody's absence note answers to it (RFC 3834).
#[derive(Clone)]
struct Automatic;

impl Header for Automatic {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Automatic)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
