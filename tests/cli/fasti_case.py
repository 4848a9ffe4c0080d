"""What the tests of the program share: a throw-away folder, the program, and .ics files to edit by hand."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["FASTI_PROGRAM"]
SOURCE = pathlib.Path(__file__).resolve().parents[2]

CONFIG = """store = "fasti.db"
[connections.files]
provider = "ics"
path = "calendars"
[[sync]]
name = "club"
connection = "files"
collection = "club"
kind = "booking"
create = true
"""

SECOND_SYNC = """[[sync]]
name = "second"
connection = "files"
collection = "second"
kind = "booking"
create = true
"""


class Answer:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def json(self):
        return json.loads(self.out)


class FastiCase(unittest.TestCase):
    maxDiff = None
    config = CONFIG

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fasti-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        if self.config:
            self.write("fasti.toml", self.config)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def fasti(self, *arguments, code=0, stdin=None):
        environment = {k: v for k, v in os.environ.items() if k not in ("FASTI_CONFIG", "XDG_CONFIG_HOME")}
        environment["HOME"] = str(self.folder)
        done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, env=environment, text=True, timeout=300,
                              input=stdin if stdin is not None else "", capture_output=True)
        answer = Answer(done)
        if code is not None:
            self.assertEqual(code, answer.code, f"fasti {' '.join(map(str, arguments))}\n{answer.out}\n{answer.err}")
        return answer

    def put(self, record, code=0, kind="booking", **fields):
        return self.fasti("put", kind, record, "-", "--json", stdin=json.dumps(fields), code=code)

    def booking(self, number, **fields):
        day = 1 + number % 28
        when = {"start": f"2026-06-{day:02d}T13:00:00", "end": f"2026-06-{day:02d}T15:00:00",
                "zone": "America/Mexico_City"}
        return self.put(f"M{number:03d}", **{"title": f"Match {number}", "when": when, **fields})

    def fields(self, record, kind="booking"):
        return self.fasti("get", kind, record, "--json").json["fields"]

    def files(self, collection="club"):
        return sorted((self.folder / "calendars" / collection).glob("*.ics"))

    def file_with(self, text, collection="club"):
        found = [path for path in self.files(collection) if text in path.read_bytes().decode()]
        self.assertEqual(1, len(found), f"{text} in {self.files(collection)}")
        return found[0]

    def edit_file(self, old, new, collection="club"):
        path = self.file_with(old, collection)
        path.write_bytes(path.read_bytes().decode().replace(old, new).encode())
        return path

    def snapshot(self, collection="club"):
        return {path.name: path.read_bytes() for path in self.files(collection)}
