"""The two commands of the README: a demo that was just built shows its first page in time, and
the rest of its sample county soon after.

usage: first_page.py PROGRAM MILLISECONDS
"""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

program, limit_ms = sys.argv[1], int(sys.argv[2])
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]


def first_page(data):
    """Milliseconds from the start of the demo to its first page."""
    begun = time.monotonic()
    options = ["demo", "--data", data, "--listen", f"127.0.0.1:{port}"]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                page = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
                assert b"<h1>" in page, page[:200]
                return round((time.monotonic() - begun) * 1000)
            except OSError:
                assert server.poll() is None, "the demo ended"
                assert time.monotonic() - begun < 60, "the demo shows no page"
                time.sleep(0.01)
    finally:
        server.terminate()
        server.wait(timeout=30)


with tempfile.TemporaryDirectory() as folder:
    made, again = first_page(f"{folder}/demo"), first_page(f"{folder}/demo")
print(f"first page after {made} ms with a new sample county, {again} ms with the one that is there")
if max(made, again) > limit_ms:
    sys.exit(f"slower than {limit_ms} ms")
