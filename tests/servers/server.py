"""A real CalDAV server behind counting_proxy.py, and a person's client for it that has nothing of ours in it:
python3-caldav where it is installed, else plain HTTP."""
import base64
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree

try:
    import caldav
except ImportError:
    caldav = None

HERE = pathlib.Path(__file__).resolve().parent
USER, PASSWORD = "alice", "secret"


class Server:
    """radicale or xandikos with throw-away data; `url` is the proxy's address."""

    def __init__(self, name):
        self.script = HERE / f"{name}.sh"
        self.folder = tempfile.mkdtemp(prefix=f"fasti-{name}-")
        self.proxy = None
        started = subprocess.run([self.script, "start", self.folder], capture_output=True, text=True, timeout=60)
        if started.returncode != 0:
            self.stop()
            if started.returncode == 77:
                raise unittest.SkipTest(started.stderr.strip())
            raise RuntimeError(started.stderr)
        self.url = started.stdout.strip()
        if name != "xandikos":  # which comes with one
            self.url = self.start_proxy(self.url)

    def start_proxy(self, backend):
        port = self.free_port()
        command = [sys.executable, HERE / "counting_proxy.py", str(port), backend.rstrip("/")]
        self.proxy = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{port}/"
        for _ in range(200):
            try:
                urllib.request.urlopen(url + ".counts", timeout=10).close()
                return url
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the proxy does not answer")

    @staticmethod
    def free_port():
        import socket
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            return one.getsockname()[1]

    def stop(self):
        if self.proxy:
            self.proxy.terminate()
            self.proxy.wait()
        subprocess.run([self.script, "stop", self.folder], timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def counts(self):
        """What passed since the last call: {"PUT": n, ...}."""
        request = urllib.request.Request(self.url + ".counts", method="POST", data=b"")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["methods"]

    def cut_listings(self, size):
        request = urllib.request.Request(f"{self.url}.cut/{size}", method="POST", data=b"")
        urllib.request.urlopen(request, timeout=30).close()

    def http(self, method, url, body=None, headers=None):
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        data = body.encode() if body is not None else None
        request = urllib.request.Request(urllib.parse.urljoin(self.url, url), method=method, data=data,
                                         headers={"Authorization": f"Basic {login}", **(headers or {})})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()


class Calendar:
    """What a person's program sees of one calendar."""

    def __init__(self, server, url):
        self.server, self.url = server, urllib.parse.urljoin(server.url, url)

    def hrefs(self):
        answer = self.server.http("PROPFIND", self.url, headers={"Depth": "1"})
        found = [one.text.strip() for one in xml.etree.ElementTree.fromstring(answer).iter("{DAV:}href")]
        return sorted(href for href in found if href.endswith(".ics"))

    def texts(self):
        """Every event as the server holds it: {href: text}."""
        return {href: self.server.http("GET", href) for href in self.hrefs()}

    def href_of(self, title):
        found = [href for href, text in self.texts().items() if f"SUMMARY:{title}\r\n" in text.replace("\n", "\r\n")
                 .replace("\r\r", "\r")]
        assert len(found) == 1, f"{title}: {found}"
        return found[0]

    def edit(self, title, **properties):
        """Changes properties of the event of that title, as a person would; returns its href."""
        href = self.href_of(title)
        text = self.server.http("GET", href)
        for name, value in properties.items():
            text = re.sub(rf"(?m)^{name}:.*?(\r?)$", rf"{name}:{value}\1", text, count=1)
        self.save(href, text)
        return href

    def save(self, href, text):
        if caldav:
            client = caldav.DAVClient(self.server.url, username=USER, password=PASSWORD)
            calendar = client.calendar(url=self.url)
            event = calendar.event_by_url(urllib.parse.urljoin(self.server.url, href))
            event.data = text
            event.save()
        else:
            self.server.http("PUT", href, text, {"Content-Type": "text/calendar; charset=utf-8"})

    def delete(self, href):
        self.server.http("DELETE", href)

    def titles(self):
        return sorted(re.search(r"(?m)^SUMMARY:(.*?)\r?$", text).group(1) for text in self.texts().values())
