"""Mail through a real server: exim4 from Debian on a high port of this machine, with its own
configuration, certificates and Maildirs. Sends through the built program, reads what arrived.

    mail.py PROGRAM

Holds: STARTTLS with a checked certificate and sign-in; headers and body; one letter for a notice,
written with it, still there after `kill -9` while the server is down, and delivered once under one
number; an unknown recipient refused at RCPT, and one that comes back as a report (RFC 3464); the feed
as another program reads it.
"""

import email
import email.policy
import http.cookiejar
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

PASSWORD = "Jinzhi-demo-2026"
WAIT_SECONDS = 30
EXIM = "/usr/sbin/exim4"

CONFIG = """
primary_hostname = mail.example.test
qualify_domain = example.test
spool_directory = {dir}/spool
log_file_path = {dir}/log/%slog
pid_file_path = {dir}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
host_lookup =
rfc1413_hosts =
deliver_drop_privilege = true
keep_environment =
tls_advertise_hosts = *
tls_certificate = {dir}/cert.pem
tls_privatekey = {dir}/key.pem
auth_advertise_hosts = ${{if def:tls_in_cipher{{*}}}}
acl_smtp_rcpt = recipients
begin acl
recipients:
  accept hosts = :
  deny !authenticated = *
       message = sign in first
  deny local_parts = nobody
       message = 5.1.1 no such person nobody@example.test
  accept domains = example.test
  deny
begin routers
gone:
  driver = redirect
  local_parts = moved
  allow_fail
  data = :fail: moved away
people:
  driver = accept
  local_parts = lsearch;{dir}/people
  transport = maildir
begin transports
maildir:
  driver = appendfile
  maildir_format
  directory = {dir}/mail/$local_part_data
  create_directory
  return_path_add
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = ${{if and{{{{eq{{$auth2}}{{jinzhi}}}}{{eq{{$auth3}}{{open sesame}}}}}}}}
  server_set_id = $auth2
"""


def check(holds, what):
    if not holds:
        raise SystemExit(f"does not hold: {what}")
    print(f"  {what}")


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def answers(port):
    with socket.socket() as door:
        door.settimeout(1)
        return door.connect_ex(("127.0.0.1", port)) == 0


def until(what, see):
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        found = see()
        if found:
            return found
        time.sleep(0.2)
    raise SystemExit(f"did not happen in {WAIT_SECONDS} s: {what}")


class Exim:
    """The mail server."""

    def __init__(self, place):
        self.place, self.port, self.process = place, free_port(), None
        for name in ("spool", "log", "mail"):
            (place / name).mkdir()
        self.certificates()
        # A name that came by mail names no folder before it was found here.
        (place / "people").write_text("".join(f"{name}: {name}\n" for name in ("someone", "keyuan", "bounces")))
        config = place / "exim.conf"
        config.write_text(CONFIG.format(dir=place, port=self.port))
        config.chmod(0o644)
        owner = pwd.getpwnam("Debian-exim")
        for name in ("spool", "log", "mail", "key.pem", "cert.pem"):
            os.chown(place / name, owner.pw_uid, owner.pw_gid)
        self.start()

    def certificates(self):
        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=self.place, check=True, capture_output=True)

        ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        openssl("req", "-x509", *ec, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test")
        openssl("req", *ec, "-keyout", "key.pem", "-out", "mail.csr", "-subj", "/CN=localhost")
        (self.place / "names").write_text("subjectAltName=DNS:localhost\n")
        openssl("x509", "-req", "-in", "mail.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-days", "2", "-extfile", "names", "-out", "cert.pem")

    def start(self):
        self.process = subprocess.Popen(
            [EXIM, "-C", str(self.place / "exim.conf"), "-bdf", "-q1m"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until("the mail server answers", lambda: answers(self.port))

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        until("the mail server is down", lambda: not answers(self.port))

    def mails(self, person):
        folder = self.place / "mail" / person / "new"
        files = sorted(folder.iterdir()) if folder.is_dir() else []
        return [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in files]


class Jinzhi:
    """The service over a demo."""

    def __init__(self, program, place, exim):
        self.program, self.data, self.port = program, place / "data", free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        (place / "password").write_text("open sesame\n")
        self.env = {
            **os.environ,
            "SSL_CERT_FILE": str(place / "ca.pem"),
            "JINZHI_MAIL_HOST": "localhost",
            "JINZHI_MAIL_PORT": str(exim.port),
            "JINZHI_MAIL_USER": "jinzhi",
            "JINZHI_MAIL_PASSWORD_FILE": str(place / "password"),
            "JINZHI_MAIL_FROM": "jinzhi@example.test",
            "JINZHI_MAIL_BOUNCE_TO": "bounces@example.test",
            "JINZHI_MAIL_BOUNCES": str(place / "mail" / "bounces"),
            "JINZHI_BASE_URL": self.base,
        }
        self.log = open(place / "jinzhi.log", "ab")
        self.process = None

    def start(self, *words):
        words = words or ("serve",)
        self.process = subprocess.Popen(
            [self.program, *words, "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}"],
            env=self.env, stdout=self.log, stderr=self.log)
        until("the service answers", lambda: answers(self.port))

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def run(self, *words, stdin=None):
        return subprocess.run(
            [self.program, *words, "--data", str(self.data)], env=self.env, input=stdin,
            capture_output=True, timeout=60)

    def token(self, login):
        made = self.run("token", login)
        check(made.returncode == 0, f"a token for {login}")
        return made.stdout.decode().strip()

    def ask(self, token, path, body=None):
        request = urllib.request.Request(self.base + path, method="GET" if body is None else "POST")
        request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def sign_in(self, login):
        """Someone at a browser, for what only pages offer."""
        jar = http.cookiejar.CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.post("/login", {"login": login, "password": PASSWORD})

    def page(self, path):
        with self.browser.open(self.base + path, timeout=20) as answer:
            return answer.read().decode()

    def post(self, path, pairs, seen_at=None):
        page = self.page(seen_at or path)
        csrf = re.search(r'name="csrf" value="([^"]+)"', page) or re.search(r'name="_csrf" value="([^"]+)"', page)
        data = urllib.parse.urlencode({csrf and re.search(r'name="(_?csrf)"', page).group(1): csrf.group(1), **pairs})
        request = urllib.request.Request(self.base + path, data=data.encode())
        request.add_header("Origin", self.base)
        with self.browser.open(request, timeout=20) as answer:
            return answer.read().decode()


def word_of(mail):
    return re.search(r"^    (\S+)$", mail.get_content().replace("\r", ""), re.M).group(1)


def letters(house, admin, state):
    status, page = house.ask(admin, f"/api/house.letter?state={state}&limit=200")
    assert status == 200, page
    return page["items"]


def proved(house, exim, token, person):
    seen = len(exim.mails(person))
    status, view = house.ask(token, "/api/-/reach/email", {"email": f"{person}@example.test"})
    check(status == 200 and not view["proved"], f"an address is kept for {person}")
    until("the mail with the word", lambda: len(exim.mails(person)) > seen)
    mail = exim.mails(person)[-1]
    status, view = house.ask(token, "/api/-/reach/prove", {"word": word_of(mail)})
    check(status == 200 and view["proved"], "the word from the mail proves it")
    return mail


def looks_right(mail):
    check(mail["Subject"] == "【金质】邮箱验证", "the subject is readable and names nobody")
    check(mail.get_content_type() == "text/plain" and mail.get_content_charset() == "utf-8", "text/plain in UTF-8")
    check("/account/notices>" in mail["List-Unsubscribe"], "List-Unsubscribe leads to the page of choices")
    check(mail["Auto-Submitted"] == "auto-generated", "no absence note will answer")
    check(re.fullmatch(r"<\S+@example\.test>", mail["Message-ID"]) is not None, "a message number of the sender's domain")
    check(mail["Return-path"] == "<bounces@example.test>", "reports go where they are read")
    check("TLS" in " ".join(mail.get_all("Received")), "the way was encrypted")


def survives(house, exim, token, admin):
    """Notices while the server is down, and the program killed twice."""
    choice = {"how": "at_once", "kinds": ["near", "late", "yellow", "red", "raised"], "quiet_from": None, "quiet_to": None}
    status, _ = house.ask(token, "/api/-/reach/choose", choice)
    check(status == 200, "mail at once is chosen")
    before = len(exim.mails("keyuan"))
    exim.stop()
    # Every open step is near its end by this rule, which the service finds when it starts.
    house.sign_in("anquan")
    for name in ("near_percent", "near_days"):
        value = "100" if name == "near_percent" else "30"
        house.post("/cards/params", {"_param": name, "value": value})
    house.kill()
    house.start()
    waiting = until("letters wait", lambda: [row for row in letters(house, admin, "waiting") if row["fields"]["tries"] > 0])
    check(all(row["fields"]["answer"] for row in waiting), "why they wait is told")
    house.kill()
    house.start()
    exim.start()
    expected = {house.ask(admin, f"/api/house.letter/{row['id']}")[1]["fields"]["message"] for row in waiting}
    until("all are delivered", lambda: len(exim.mails("keyuan")) >= before + len(expected))
    time.sleep(1)
    numbers = [mail["Message-ID"].strip("<>").lower() for mail in exim.mails("keyuan")[before:]]
    check(set(numbers) >= expected, f"{len(expected)} letters outlived two kills and a stopped server")
    check(len(numbers) == len(set(numbers)), "each arrived once, under its own number")
    mail = exim.mails("keyuan")[-1]
    check("您有 1 条通知" in mail["Subject"] and house.base in mail.get_content(), "it says what happened and where to look")
    return mail


def comes_back(house, exim, admin):
    """Refused at RCPT, and reported later."""
    for person, login in (("nobody", "kezhang"), ("moved", "zhansuo")):
        token = house.token(login)
        house.ask(token, "/api/-/reach/email", {"email": f"{person}@example.test"})
        view = until(f"{person} is noted", lambda: (v := house.ask(token, "/api/-/reach")[1])["failed_at"] and v)
        check(view["fault"].startswith("5"), f"{person}: the person sees that the address fails ({view['fault']})")
        _, notices = house.ask(token, "/api/-/notices")
        check(notices["items"][0]["kind"] == "mail_off", f"{person}: and is told inside the system")
    bounced = letters(house, admin, "bounced")
    check(len(bounced) == 2 and not any("example.test" in row["fields"]["answer"] for row in bounced), "the code is kept, the address is not")
    cur = exim.place / "mail" / "bounces" / "cur"
    report = next(iter(cur.iterdir()))
    taken = house.run("mail", "bounce", stdin=report.read_bytes())
    check(taken.returncode == 0, "a report is taken from a pipe too")


def reads_feed(house, token):
    _, made = house.ask(token, "/api/-/feed", {})
    with urllib.request.urlopen(house.base + made["path"], timeout=20) as answer:
        mark, text = answer.headers["ETag"], answer.read()
        check(answer.headers["Content-Type"].startswith("text/calendar"), "a feed is a calendar")
    check(text.endswith(b"END:VCALENDAR\r\n") and b"\n" not in text.replace(b"\r\n", b""), "its lines end as they must")
    check(max(len(line) for line in text.split(b"\r\n")) <= 75, "and are folded")
    days = re.findall(rb"DTSTART;VALUE=DATE:(\d{8})\r\n", text)
    check(len(days) == text.count(b"BEGIN:VEVENT") and days, f"{len(days)} limits as days")
    again = urllib.request.Request(house.base + made["path"], headers={"If-None-Match": mark})
    try:
        urllib.request.urlopen(again, timeout=20)
        check(False, "an unchanged feed is not sent again")
    except urllib.error.HTTPError as error:
        check(error.code == 304, "an unchanged feed is not sent again")
    house.ask(token, "/api/-/feed/drop", {})
    try:
        urllib.request.urlopen(house.base + made["path"], timeout=20)
        check(False, "a revoked feed is gone")
    except urllib.error.HTTPError as error:
        check(error.code == 404, "a revoked feed is gone")


def counted(house):
    with urllib.request.urlopen(f"{house.base}/metrics", timeout=20) as answer:
        text = answer.read().decode()
    check("jinzhi_mail_waiting 0" in text and "jinzhi_mail_oldest_seconds" in text, "the queue is counted in /metrics")


def run(program, place):
    exim = Exim(place)
    house = Jinzhi(program, place, exim)
    try:
        house.start("demo", "--devices", "50")
        tried = house.run("mail", "test", "--to", "someone@example.test")
        check(tried.returncode == 0, f"jinzhi mail test: {tried.stdout.decode()}{tried.stderr.decode()}".strip())
        until("the trial arrived", lambda: exim.mails("someone"))
        token, admin = house.token("keyuan"), house.token("admin")
        looks_right(proved(house, exim, token, "keyuan"))
        survives(house, exim, token, admin)
        comes_back(house, exim, admin)
        reads_feed(house, token)
        counted(house)
    finally:
        for process in (house.process, exim.process):
            if process and process.poll() is None:
                process.terminate()
                process.wait(10)


def main():
    program = os.path.abspath(sys.argv[1])
    place = pathlib.Path(tempfile.mkdtemp(prefix="jinzhi-mail-"))
    place.chmod(0o755)
    begun = time.monotonic()
    try:
        run(program, place)
    except BaseException:
        for log in (place / "jinzhi.log", place / "log" / "mainlog", place / "log" / "paniclog"):
            if log.exists():
                print(f"{log.name}:\n{log.read_text()[-3000:]}", file=sys.stderr)
        raise
    finally:
        shutil.rmtree(place, ignore_errors=True)
    print(f"all of it holds in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
