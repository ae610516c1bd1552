//! One round of the courier: reports in, digests written, letters and events out. A round that is
//! broken off is simply begun again: what was sent and not written down goes out once more, under the
//! same number.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use app::{App, Mail, Outcome, Sent};
use rustls::{ClientConfig, RootCertStore};

use crate::bounce;
use crate::post::push;
use crate::smtp::{Fault, Line, Server};

/// Reports read in one round.
const REPORTS_AT_ONCE: usize = 200;
/// Letters on one connection: servers put off what comes after the tenth.
const LETTERS_PER_LINE: usize = 10;
/// Folders of a Maildir.
const NEW: &str = "new";
const READ: &str = "cur";
const UNFINISHED: &str = "tmp";

/// What is carried, by which way.
pub struct Courier {
    pub app: App,
    /// Nothing where no mail server is configured.
    pub server: Option<Server>,
    /// A Maildir in which reports of undelivered mail arrive.
    pub reports: PathBuf,
    tls: Arc<ClientConfig>,
}

impl Courier {
    /// Trusts the certificate authorities that the machine trusts.
    pub fn new(app: App, server: Option<Server>, reports: PathBuf) -> Courier {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        let (good, _) = roots.add_parsable_certificates(found.certs);
        if good == 0 {
            tracing::warn!(
                "This machine trusts no certificate authority; nothing can be pushed by https"
            );
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap_or_else(|_| ClientConfig::builder())
            .with_root_certificates(roots)
            .with_no_client_auth();
        Courier {
            app,
            server,
            reports,
            tls: Arc::new(tls),
        }
    }

    /// Mail: reports, digests, letters. Answers how many letters were tried.
    pub fn mail(&self) -> Outcome<usize> {
        self.read_reports()?;
        let Some(server) = &self.server else {
            return Ok(0);
        };
        self.app.gather_digests()?;
        let mails = self.app.due_letters()?;
        if mails.is_empty() {
            return Ok(0);
        }
        for some in mails.chunks(LETTERS_PER_LINE) {
            match server.open() {
                Ok(line) => self.send_all(line, some)?,
                Err(fault) => self.put_off(some, &fault)?,
            }
        }
        Ok(mails.len())
    }

    /// What is left when the connection breaks is tried in the next round.
    fn send_all(&self, mut line: Line<'_>, mails: &[Mail]) -> Outcome<()> {
        for mail in mails {
            let sent = line.send(mail);
            tracing::debug!(letter = %mail.id, ?sent, "A letter was tried");
            self.app.letter_done(mail.id, &sent)?;
            if !line.is_good() {
                return Ok(());
            }
        }
        line.close();
        Ok(())
    }

    /// The server itself is at fault, so every letter waits.
    fn put_off(&self, mails: &[Mail], fault: &Fault) -> Outcome<()> {
        tracing::warn!(error = %fault, "No mail can be sent");
        let word = match fault {
            Fault::Connect(_) => "no connection",
            Fault::Tls(_) => "TLS",
            Fault::Login(_) => "login refused",
            Fault::Address | Fault::Letter(_) => "sender",
        };
        for mail in mails {
            self.app
                .letter_done(mail.id, &Sent::Later(word.to_owned()))?;
        }
        Ok(())
    }

    /// Events: answers how many were tried.
    pub fn events(&self) -> Outcome<usize> {
        let due = self.app.due_pushes()?;
        for one in &due {
            let sent = push(&self.app, one, &self.tls);
            tracing::debug!(delivery = %one.id, ?sent, "An event was tried");
            self.app.push_done(one.id, &sent)?;
        }
        Ok(due.len())
    }

    /// Reads what came back. Read reports are moved to `cur`, as every reader of a Maildir does.
    fn read_reports(&self) -> Outcome<()> {
        let new = match fs::read_dir(self.reports.join(NEW)) {
            Ok(new) => new,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        for entry in new.take(REPORTS_AT_ONCE) {
            let entry = entry?;
            if !entry.file_type()?.is_file() {
                continue;
            }
            let report = bounce::read(&fs::read(entry.path())?);
            if let Some(report) = report.filter(|report| report.is_final) {
                let known = self.app.letter_bounced(&report.message, &report.status)?;
                tracing::info!(status = %report.status, known, "Mail came back");
            }
            let done = self.reports.join(READ);
            fs::create_dir_all(&done)?;
            let mut name = entry.file_name();
            name.push(":2,S");
            fs::rename(entry.path(), done.join(name))?;
        }
        Ok(())
    }
}

static SPOOLED: AtomicU64 = AtomicU64::new(0);

/// Puts a message into a Maildir, whole or not at all: from the pipe of a mail server.
/// `at` is the moment in microseconds, for the name of the file.
pub fn spool(maildir: &Path, message: &[u8], at: i64) -> io::Result<()> {
    for folder in [NEW, READ, UNFINISHED] {
        fs::create_dir_all(maildir.join(folder))?;
    }
    let count = SPOOLED.fetch_add(1, Ordering::Relaxed);
    let name = format!("{at}.{}_{count}.jinzhi", std::process::id());
    let unfinished = maildir.join(UNFINISHED).join(&name);
    let file = fs::File::create(&unfinished)?;
    io::Write::write_all(&mut &file, message)?;
    file.sync_all()?;
    fs::rename(unfinished, maildir.join(NEW).join(name))
}
