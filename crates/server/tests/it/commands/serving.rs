//! The program as a server: begun, asked over the wire, stopped.

use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Desk, FIRMS, TWO_FIRMS, jinzhi, run};

/// A server of this test, stopped when it goes.
struct Serving {
    child: Child,
    address: String,
    /// Held open, so that what the server still says goes somewhere.
    lines: Lines<BufReader<ChildStdout>>,
}

impl Serving {
    fn begin(args: &[&str]) -> Serving {
        let mut child = jinzhi(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let Some(Ok(line)) = lines.next() else {
                let mut err = String::new();
                child
                    .stderr
                    .take()
                    .unwrap()
                    .read_to_string(&mut err)
                    .unwrap();
                panic!("the server did not start: {err}");
            };
            if let Some(at) = line.find("http://") {
                let rest = &line[at + "http://".len()..];
                break rest.split('（').next().unwrap().trim().to_owned();
            }
        };
        Serving {
            child,
            address,
            lines,
        }
    }

    /// Reads what the server says until it says that.
    #[cfg(unix)]
    fn until(&mut self, word: &str) -> String {
        let said = self.lines.by_ref().map_while(Result::ok);
        let mut said = said.skip_while(|line| !line.contains(word));
        said.next().expect("the server never said it")
    }

    /// Status, headers and body of a GET.
    fn get(&self, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let host = &self.address;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\n"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[cfg(unix)]
    fn stop(mut self) -> (i32, String) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        let begun = Instant::now();
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.code().unwrap_or(-1);
            }
            assert!(
                begun.elapsed() < Duration::from_secs(11),
                "it does not stop"
            );
            std::thread::sleep(Duration::from_millis(20));
        };
        let mut err = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut err)
            .unwrap();
        (code, err)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn a_server_answers_keeps_others_from_writing_and_stops_in_time() {
    let desk = Desk::new();
    let data = desk.data();
    let server = Serving::begin(&[
        "serve",
        "--data",
        data.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ]);
    for path in ["/healthz", "/readyz"] {
        let answer = server.get(path, "");
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
    let home = server.get("/?q=secret-words", "accept-encoding: gzip\r\n");
    assert!(home.starts_with("HTTP/1.1 200"), "{home}");
    assert!(
        home.to_lowercase().contains("content-encoding: gzip"),
        "{home}"
    );
    let metrics = server.get("/metrics", "");
    for name in [
        "jinzhi_http_requests_total",
        "jinzhi_writer_queue 0",
        "jinzhi_writer_group_size_count",
        "jinzhi_outbox_messages 0",
    ] {
        assert!(metrics.contains(name), "{name}\n{metrics}");
    }
    let proxied = server.get("/metrics", "x-forwarded-for: 10.0.0.1\r\n");
    assert!(proxied.starts_with("HTTP/1.1 403"), "{proxied}");

    let file = desk.write("firms.csv", TWO_FIRMS);
    let busy = desk.run(&["import", FIRMS, &file]);
    assert_eq!(busy.code, 1);
    assert!(
        busy.err
            .contains("正在由另一个 jinzhi 使用，请先停止服务，或在网页上办理"),
        "{}",
        busy.err
    );
    assert_eq!(desk.run(&["serve", "--listen", "127.0.0.1:0"]).code, 1);
    // What only reads goes on beside it.
    assert_eq!(desk.done(&["export", FIRMS]).lines().count(), 1);
    desk.done(&["ledger", "verify"]);
    // So does what adds one thing that the server does not keep in memory.
    assert!(
        !desk
            .done(&["token", "admin", "--days", "1"])
            .trim()
            .is_empty()
    );

    let (code, log) = server.stop();
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("GET 200"), "{log}");
    assert!(
        !log.contains("secret-words"),
        "a query string was logged: {log}"
    );
    desk.done(&["import", FIRMS, &file]);
}

#[cfg(unix)]
#[test]
fn the_demo_shows_a_county_and_comes_back_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("demo");
    let args = [
        "demo",
        "--data",
        data.to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
        "--devices",
        "60",
    ];
    for made in [true, false] {
        let mut server = Serving::begin(&args);
        if made {
            let all = server.until("示例数据已装齐");
            assert!(all.contains("设备 60"), "{all}");
        }
        let home = server.get("/", "");
        assert!(home.starts_with("HTTP/1.1 200"), "{home}");
        assert!(home.contains("演示数据"), "the strip is missing");
        let (code, log) = server.stop();
        assert_eq!(code, 0, "{log}");
    }
    let towns = run(&["export", "house.division", "--data", data.to_str().unwrap()]);
    assert_eq!(towns.out.lines().count(), 29);
    let key = run(&[
        "export",
        FIRMS,
        "--where",
        "key_unit = true and source is empty",
        "--data",
        data.to_str().unwrap(),
    ]);
    assert!(key.out.lines().count() > 300, "{}", key.out.lines().count());
    let open = run(&[
        "export",
        "house.task",
        "--where",
        "state = open",
        "--data",
        data.to_str().unwrap(),
    ]);
    let with_nobody: Vec<&str> = open.out.lines().filter(|l| l.contains(",n:")).collect();
    assert!(open.out.lines().count() > 30, "{}", open.out);
    assert_eq!(with_nobody, Vec::<&str>::new());
    let list = run(&["user", "list", "--data", data.to_str().unwrap()]);
    assert!(list.out.lines().count() >= 9, "{}", list.out);
}

/// Stopped while firms and devices are still made: what is there is whole, and can be gone on with.
#[cfg(unix)]
#[test]
fn a_demo_stopped_while_it_grows_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("demo");
    let data = data.to_str().unwrap();
    let args = ["demo", "--data", data, "--listen", "127.0.0.1:0"];
    let server = Serving::begin(&[&args[..], &["--devices", "20000"]].concat());
    let home = server.get("/", "");
    assert!(home.starts_with("HTTP/1.1 200"), "{home}");
    let (code, log) = server.stop();
    assert_eq!(code, 0, "{log}");
    assert_eq!(run(&["ledger", "verify", "--data", data]).code, 0);
    let (code, log) = Serving::begin(&args).stop();
    assert_eq!(code, 0, "{log}");
}

/// Stopped before its accounts were made, it says what to do instead of serving half a county.
#[test]
fn half_a_demo_is_not_served() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("demo");
    let data = data.to_str().unwrap();
    run(&["init", "--data", data, "--unit", "330109"]);
    let again = run(&["demo", "--data", data, "--listen", "127.0.0.1:0"]);
    assert_eq!(again.code, 1, "{}", again.err);
    assert!(again.err.contains("没有生成完"), "{}", again.err);
}
