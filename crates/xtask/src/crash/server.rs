//! The real server as a process: started, waited for, killed without warning.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::http::Client;

/// A server that is not ready by then is broken.
const READY_WITHIN: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(5);
/// Given to a server that was asked to stop.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// The program under test and its data directory.
#[derive(Clone)]
pub struct Program {
    pub jinzhi: PathBuf,
    pub verify: PathBuf,
    pub data: PathBuf,
    /// What the servers said, for the person who looks for the reason.
    pub log: PathBuf,
}

/// A running server; killed when it goes out of scope.
pub struct Server {
    child: Child,
    pub at: SocketAddr,
    /// From start to `/readyz`.
    pub ready_after: Duration,
}

impl Program {
    /// Runs a command of `jinzhi` on the data directory and gives what it printed.
    pub fn run(&self, jinzhi: &Path, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(jinzhi);
        command
            .args(arguments)
            .arg("--data")
            .arg(&self.data)
            .stdin(Stdio::null());
        let output = command
            .output()
            .with_context(|| format!("{}", self.jinzhi.display()))?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr);
            bail!("jinzhi {}: {said}{error}", arguments.join(" "));
        }
        Ok(said)
    }

    /// A path below the data directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }

    pub fn start(&self) -> Result<Server> {
        let at = free_port()?;
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(&self.jinzhi);
        command
            .arg("serve")
            .arg("--data")
            .arg(&self.data)
            .arg("--listen")
            .arg(at.to_string());
        // A group of its own: what is typed at the harness does not reach it.
        command.process_group(0).stdin(Stdio::null());
        command.stdout(log.try_clone()?).stderr(log);
        let begun = Instant::now();
        let child = command
            .spawn()
            .with_context(|| format!("{}", self.jinzhi.display()))?;
        let mut server = Server {
            child,
            at,
            ready_after: Duration::ZERO,
        };
        loop {
            let answer = Client::new(at, "").get("/readyz");
            if answer.is_ok_and(|answer| answer.status == 200) {
                server.ready_after = begun.elapsed();
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                bail!("the server ended with {status}; see {}", self.log.display());
            }
            if begun.elapsed() > READY_WITHIN {
                bail!(
                    "the server is not ready after {READY_WITHIN:?}; see {}",
                    self.log.display()
                );
            }
            sleep(POLL);
        }
    }

    /// What the separate verifier says: nothing when all is whole.
    pub fn verified(&self) -> Result<Option<String>> {
        let output = Command::new(&self.verify)
            .arg(&self.data)
            .stdin(Stdio::null())
            .output();
        let output = output.with_context(|| format!("{}", self.verify.display()))?;
        match output.status.code() {
            Some(0) => Ok(None),
            Some(1) => Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned())),
            _ => bail!("jinzhi-verify: {}", String::from_utf8_lossy(&output.stderr)),
        }
    }
}

impl Server {
    /// SIGKILL: the process has no chance to do anything more.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks the server to stop and waits for it.
    pub fn stop(mut self) -> Result<()> {
        let id = self.child.id().to_string();
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .context("kill")?;
        let begun = Instant::now();
        while begun.elapsed() < STOP_WITHIN {
            if let Some(status) = self.child.try_wait()? {
                return if status.success() {
                    Ok(())
                } else {
                    bail!("stopping ended with {status}")
                };
            }
            sleep(POLL);
        }
        bail!("the server did not stop within {STOP_WITHIN:?}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone after `kill` and `stop`; then both calls say so and nothing is lost.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// The built program: next to this one, or as asked for.
pub fn beside(name: &str, asked: Option<&Path>) -> Result<PathBuf> {
    let found = match asked {
        Some(path) => path.to_path_buf(),
        None => std::env::current_exe()?.with_file_name(name),
    };
    if !found.is_file() {
        bail!("{} is not built: cargo build --bin {name}", found.display());
    }
    Ok(found)
}
