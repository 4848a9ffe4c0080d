"""fasti sandbox: stand-ins on loopback ports, the contract of what it prints, and a fasti.toml that works."""
import json
import select
import signal
import subprocess
import unittest

from fasti_case import PROGRAM, FastiCase


class Sandbox(FastiCase):
    config = None

    def setUp(self):
        super().setUp()
        self.sandbox = subprocess.Popen([PROGRAM, "sandbox", "--json"], cwd=self.folder, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.end)
        ready, _, _ = select.select([self.sandbox.stdout], [], [], 60)
        self.assertTrue(ready, "it says nothing")
        line = self.sandbox.stdout.readline()
        if not line and "no sandbox" in self.sandbox.stderr.read():
            self.skipTest("skipped: this build has no sandbox (libcpp-httplib-dev)")
        self.told = json.loads(line)
        self.write("fasti.toml", self.told["config"])

    def end(self):
        if self.sandbox.poll() is None:
            self.sandbox.kill()
        self.sandbox.wait()
        self.sandbox.stdout.close()
        self.sandbox.stderr.close()

    def test_prints_where_everything_is(self):
        for name, scheme in (("google", "http://127.0.0.1:"), ("outlook", "https://")):
            self.assertTrue(self.told[name]["url"].startswith(scheme), self.told[name])
            self.assertTrue(self.told[name]["token"])
        self.assertIn("BEGIN CERTIFICATE", (self.folder / self.told["outlook"]["ca"]).read_text())

    def test_its_config_works_and_what_is_put_arrives_everywhere(self):
        self.fasti("check", "--online")
        self.booking(1)
        first = self.fasti("sync", "--json").json
        self.assertEqual({"google": 1, "outlook": 1},
                         {one["name"]: one["created"] for one in first["syncs"] if one["name"] in ("google", "outlook")})
        second = self.fasti("sync", "--json").json
        for one in second["syncs"]:
            self.assertEqual((1, 0), (one["requests"], one["created"] + one["updated"] + one["deleted"]), one)

    def test_a_wrong_calendar_is_named_with_what_to_do(self):
        self.write("fasti.toml", self.told["config"].replace('"Calendar"', '"Calender"').replace('"primary"', '"primry"'))
        refused = self.fasti("check", "--online", code=None)
        self.assertNotEqual(0, refused.code)
        for text in ("primry", "Calender", "fasti collections outlook"):
            self.assertIn(text, refused.err)

    def test_stops_when_it_is_told_to(self):
        self.sandbox.send_signal(signal.SIGTERM)
        self.assertEqual(0, self.sandbox.wait(60))


if __name__ == "__main__":
    unittest.main()
