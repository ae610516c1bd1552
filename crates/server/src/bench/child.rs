//! A process of its own for each side, so that its processor time and memory are cleanly its.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// A server that does not answer by then will not.
const READY_WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// How often the memory of a command is looked at.
const PEAK_EVERY: Duration = Duration::from_millis(10);
const STOP_WITHIN: Duration = Duration::from_secs(20);
/// A server rests that uses nearly no processor time so many times in a row.
const STILL: usize = 3;
const STILL_EVERY: Duration = Duration::from_millis(200);
const REST_WITHIN: Duration = Duration::from_secs(120);

/// A child of this program.
pub struct Process {
    child: Child,
    /// Ticks a second in `/proc`.
    ticks: u64,
    peak_kib: u64,
}

/// What a process that ended had used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    pub took: Duration,
    pub cpu: Duration,
    pub peak_kib: u64,
    pub ok: bool,
}

impl Process {
    /// Starts this program with other words. What it says on standard error goes to a file.
    pub fn start<S: AsRef<OsStr>>(words: &[S], log: &Path, out: Stdio) -> anyhow::Result<Process> {
        let program = std::env::current_exe().context("where this program lies is not known")?;
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)?;
        let child = Command::new(program)
            .args(words)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(log)
            .spawn()
            .context("a child process did not start")?;
        Ok(Process {
            child,
            ticks: ticks_per_second(),
            peak_kib: 0,
        })
    }

    /// Processor time so far, user and system.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        let (_, cpu) = self.stat()?;
        Ok(cpu)
    }

    /// Most memory it ever held, in KiB.
    pub fn peak_kib(&mut self) -> u64 {
        let path = self.proc("status");
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|l| l.trim().strip_suffix("kB")?.trim().parse().ok());
        self.peak_kib = self.peak_kib.max(kib.unwrap_or(0));
        self.peak_kib
    }

    /// Waits until it has ended by itself.
    pub fn finish(mut self) -> anyhow::Result<Used> {
        let begun = Instant::now();
        loop {
            self.peak_kib();
            let (state, cpu) = self.stat()?;
            if state == 'Z' {
                let took = begun.elapsed();
                let ok = self.child.wait()?.success();
                return Ok(Used {
                    took,
                    cpu,
                    peak_kib: self.peak_kib,
                    ok,
                });
            }
            std::thread::sleep(PEAK_EVERY);
        }
    }

    fn proc(&self, file: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{file}", self.child.id()))
    }

    /// State and processor time; both outlive the process until it is waited for.
    fn stat(&self) -> anyhow::Result<(char, Duration)> {
        let path = self.proc("stat");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("no {}: the benchmark needs Linux", path.display()))?;
        let (state, ticks) = read_stat(&text).context("/proc/…/stat has another form")?;
        Ok((state, Duration::from_micros(ticks * 1_000_000 / self.ticks)))
    }
}

/// The state and user plus system ticks. The name in brackets may hold anything, even brackets.
fn read_stat(text: &str) -> Option<(char, u64)> {
    let (_, rest) = text.rsplit_once(')')?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| words.get(at)?.parse::<u64>().ok();
    Some((words.first()?.chars().next()?, ticks(11)? + ticks(12)?))
}

fn ticks_per_second() -> u64 {
    /// What every Linux that Rust supports has.
    const USUAL: u64 = 100;
    let told = Command::new("getconf").arg("CLK_TCK").output().ok();
    let text = told.map(|told| String::from_utf8_lossy(&told.stdout).trim().to_owned());
    text.and_then(|text| text.parse().ok()).unwrap_or(USUAL)
}

/// A server in a process of its own.
pub struct Server {
    pub process: Process,
    pub at: SocketAddr,
    /// From the start of the process to its first good answer.
    pub started: Duration,
}

impl Server {
    /// Starts the program with the words and `--listen`, and waits for its first answer.
    pub fn start(words: &[&OsStr], log: &Path) -> anyhow::Result<Server> {
        let at = free_port()?;
        let listen = at.to_string();
        let mut all = words.to_vec();
        all.extend([OsStr::new("--listen"), OsStr::new(&listen)]);
        let begun = Instant::now();
        let mut process = Process::start(&all, log, Stdio::null())?;
        loop {
            if is_ready(at) {
                return Ok(Server {
                    process,
                    at,
                    started: begun.elapsed(),
                });
            }
            if let Some(status) = process.child.try_wait()? {
                bail!(
                    "the server ended with {status}; what it said is in {}",
                    log.display()
                );
            }
            if begun.elapsed() > READY_WITHIN {
                bail!(
                    "the server gave no answer; what it said is in {}",
                    log.display()
                );
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Waits until it has nothing to do: a server looks over its limits when it starts.
    pub fn rest(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        let mut still = 0;
        while still < STILL && begun.elapsed() < REST_WITHIN {
            let before = self.process.cpu()?;
            std::thread::sleep(STILL_EVERY);
            let used = self.process.cpu()? - before;
            still = if used < STILL_EVERY / 20 {
                still + 1
            } else {
                0
            };
        }
        Ok(())
    }

    /// Asks it to stop and waits.
    pub fn stop(mut self) -> anyhow::Result<u64> {
        let peak = self.process.peak_kib();
        let pid = self.process.child.id().to_string();
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .context("kill is missing")?;
        let begun = Instant::now();
        while self.process.child.try_wait()?.is_none() {
            if begun.elapsed() > STOP_WITHIN {
                self.process.child.kill()?;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(peak)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A benchmark that broke off leaves no server behind; one that ended is not there any more.
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn free_port() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port")?;
    Ok(listener.local_addr()?)
}

fn is_ready(at: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(at)?;
        stream.set_read_timeout(Some(READY_WITHIN))?;
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer.starts_with(b"HTTP/1.1 200"))
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_behind_any_name() {
        let text = "12 (a) b) S 1 12 12 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 4 0 100 1 1";
        assert_eq!(read_stat(text), Some(('S', 300)));
        assert_eq!(read_stat("12"), None);
    }
}
