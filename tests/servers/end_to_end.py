"""The program against real CalDAV servers, seen from outside: what it prints, what the server holds, what passed on the
wire. The other hand on the calendar is a program that has nothing of ours in it."""
import json
import os
import pathlib
import re
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from fasti_case import SOURCE, FastiCase  # noqa: E402
from server import PASSWORD, USER, Calendar, Server  # noqa: E402

EVENTS = int(os.environ.get("FASTI_TEST_EVENTS", "200"))
os.environ["FASTI_TEST_PASSWORD"] = PASSWORD

CALDAV = """[connections.dav]
provider = "caldav"
url = "{url}"
username = "{user}"
password = {{ env = "FASTI_TEST_PASSWORD" }}
[[sync]]
name = "server"
connection = "dav"
collection = "{calendar}"
kind = "booking"
create = true
"""

FOLDER = """[connections.files]
provider = "ics"
path = "calendars"
[[sync]]
name = "folder"
connection = "files"
collection = "club"
kind = "booking"
create = true
"""


def written(run):
    return sum(sync[what] for sync in run["syncs"] for what in ("created", "updated", "deleted"))


def of(run, name):
    return next(sync for sync in run["syncs"] if sync["name"] == name)


def without_stamps(text):
    """What a person reads in it: a write leaves its own stamps."""
    return re.sub(r"(?m)^(DTSTAMP|LAST-MODIFIED|SEQUENCE|X-FASTI-MARKER):.*?\r?\n", "", re.sub(r"\r?\n[ \t]", "", text))


class EndToEnd(FastiCase):
    config = None
    server_name = None

    @classmethod
    def setUpClass(cls):
        if cls.server_name is None:
            raise unittest.SkipTest("only the common part")
        cls.server = Server(cls.server_name)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        super().setUp()
        self.calendar_name = self.id().rsplit(".", 1)[1].replace("_", "-")[:60]
        self.configure()
        self.addCleanup(self.server.cut_listings, 0)

    def configure(self, *extra, url=None, calendar=None, create=True, place="fasti.toml"):
        text = CALDAV.format(url=url or self.server.url, user=USER, calendar=calendar or self.calendar_name)
        if not create:
            text = text.replace("create = true\n", "")
        self.write(place, "\n".join(['store = "fasti.db"', text, FOLDER, *extra]))

    def sync(self, code=0, *arguments):
        return self.fasti("sync", "--json", *arguments, code=code).json

    def fill(self, count=6):
        for number in range(count):
            self.booking(number)
        self.sync()
        self.server.counts()
        return self.calendar()

    def calendar(self):
        every = self.fasti("collections", "dav", "--json").json
        url = next(one["id"] for one in every if one["name"] == self.calendar_name)
        return Calendar(self.server, url)

    def assertSilent(self):
        """The next run asks each collection once and writes nothing."""
        self.server.counts()
        run = self.sync(code=None)
        self.assertEqual(0, written(run), run)
        self.assertEqual({"REPORT": 1}, self.server.counts())

    def titles(self):
        return sorted(one["fields"]["title"] for one in self.fasti("list", "booking", "--json").json)

    # --- the tournament ---

    def import_tournament(self):
        example = SOURCE / "examples" / "worldcup-2026"
        for kind, name in (("venue", "venues"), ("schedule", "schedule"), ("team", "teams"), ("booking", "bookings")):
            self.fasti("import", example / f"{name}.csv", "--kind", kind)

    def test_a_tournament_goes_up_an_edit_comes_down_and_the_run_is_taken_back(self):
        self.import_tournament()
        run = self.sync()
        self.assertEqual(("ok", 104, 104), (run["outcome"], of(run, "server")["created"], of(run, "folder")["created"]))
        counts = self.server.counts()
        self.assertEqual(104, counts["PUT"])
        self.assertLessEqual(sum(counts.values()), 104 + 12, counts)
        self.assertEqual(sum(counts.values()), of(run, "server")["requests"])
        calendar = self.calendar()
        self.assertEqual(104, len(calendar.hrefs()))
        self.assertSilent()

        before_folder, before_record = self.snapshot(), self.fasti("list", "booking", "--json").json
        href = calendar.edit("Mexico - South Africa", SUMMARY="The opening match")
        run = self.sync()
        self.assertEqual({"created": 0, "updated": 1, "deleted": 0}, run["local"])
        self.assertEqual((0, 1), (of(run, "server")["updated"], of(run, "folder")["updated"]))
        self.assertIn("The opening match", self.titles())
        self.file_with("SUMMARY:The opening match")
        self.assertSilent()

        edited = calendar.texts()[href]
        back = self.fasti("rollback", run["run"], "--yes", "--json", code=3).json
        self.assertEqual((1, 0), (of(back, "folder")["updated"], of(back, "server")["updated"]))
        self.assertEqual(before_folder, self.snapshot())
        after = self.fasti("list", "booking", "--json").json
        self.assertEqual([one["fields"] for one in before_record], [one["fields"] for one in after])
        self.assertEqual(edited, calendar.texts()[href])
        waiting = self.fasti("conflicts", "list", "--json").json
        self.assertEqual([("open", "title")], [(one["state"], one["field"]) for one in waiting])
        self.assertEqual("The opening match", waiting[0]["remotes"]["server"])
        self.assertSilent()
        self.assertEqual(before_folder, self.snapshot())

        self.fasti("conflicts", "resolve", waiting[0]["id"], "--take", "server")
        self.sync()
        self.assertIn("The opening match", self.titles())
        self.file_with("SUMMARY:The opening match")
        self.assertEqual([], self.fasti("conflicts", "list", "--json").json)

    def test_a_rollback_with_origin_takes_the_edit_back_on_the_server_too(self):
        calendar = self.fill()
        before_folder, before_server = self.snapshot(), calendar.texts()
        calendar.edit("Match 2", SUMMARY="Renamed over there")
        run = self.sync()
        self.fasti("rollback", run["run"], "--origin", "--yes", "--json")
        self.assertEqual(before_folder, self.snapshot())
        self.assertIn("Match 2", self.titles())
        self.assertEqual({href: without_stamps(text) for href, text in before_server.items()},
                         {href: without_stamps(text) for href, text in calendar.texts().items()})
        self.assertSilent()

    # --- edits ---

    def test_edits_deletions_and_new_events_travel_both_ways(self):
        calendar = self.fill()
        calendar.edit("Match 1", SUMMARY="Theirs", DESCRIPTION="a\\, b")
        self.put("M002", title="Ours")
        calendar.delete(calendar.href_of("Match 3"))
        self.fasti("delete", "booking", "M004")
        text = calendar.texts()[calendar.href_of("Match 0")]
        uid = re.search(r"(?m)^UID:(.*?)\r?$", text).group(1)
        text = re.sub(r"(?ms)^X-FASTI-MARKER.*?\n(?=\S)", "", text).replace(uid, "theirs@example.org")
        self.server.http("PUT", calendar.url + "theirs.ics", text.replace("Match 0", "From there"),
                         {"Content-Type": "text/calendar", "If-None-Match": "*"})
        run = self.sync()
        self.assertEqual({"created": 1, "updated": 1, "deleted": 1}, run["local"])
        expected = ["From there", "Match 0", "Match 5", "Ours", "Theirs"]
        self.assertEqual(expected, self.titles())
        self.assertEqual(expected, calendar.titles())
        self.assertEqual(5, len(self.files()))
        self.assertSilent()

    def test_an_event_that_cannot_be_read_is_parked_and_the_rest_goes_on(self):
        calendar = self.fill()
        calendar.edit("Match 1", SUMMARY="Read me")
        href = calendar.href_of("Match 2")
        text = re.sub(r"(?s)BEGIN:VTIMEZONE.*END:VTIMEZONE\r?\n", "", self.server.http("GET", href))
        text = text.replace("America/Mexico_City", "Nowhere/Land")  # no zone, and no rules beside it
        self.server.http("PUT", href, text, {"Content-Type": "text/calendar"})
        run = self.sync(code=3)
        self.assertEqual(1, run["parked"])
        self.assertIn("Read me", self.titles())
        self.assertIn("Match 2", self.titles())

    def test_a_conflict_is_settled_by_rule_and_can_be_flipped(self):
        calendar = self.fill()
        calendar.edit("Match 1", SUMMARY="Theirs")
        self.put("M001", title="Ours")
        self.sync()
        self.assertSilent()
        settled = self.fasti("conflicts", "list", "--all", "--json").json
        self.assertEqual([("settled", "title")], [(one["state"], one["field"]) for one in settled])
        (title,) = set(self.titles()) & {"Ours", "Theirs"}
        self.assertIn(title, calendar.titles())
        side = "server" if title == "Ours" else "local"
        self.fasti("conflicts", "resolve", settled[0]["id"], "--take", side)
        self.sync()
        other = {"Ours": "Theirs", "Theirs": "Ours"}[title]
        self.assertIn(other, self.titles())
        self.assertIn(other, calendar.titles())
        self.file_with(f"SUMMARY:{other}")
        self.assertSilent()

    def test_ask_freezes_the_field_until_somebody_answers(self):
        self.configure('[conflict.booking]\ndefault = "ask"')
        calendar = self.fill()
        calendar.edit("Match 1", SUMMARY="Theirs", DESCRIPTION="other fields flow")
        self.put("M001", title="Ours")
        run = self.sync(code=3)
        self.assertEqual(1, run["conflicts"])
        self.assertIn("Ours", self.titles())
        self.assertIn("Theirs", calendar.titles())
        self.assertSilent()
        (waiting,) = self.fasti("conflicts", "list", "--json").json
        self.assertEqual(("Ours", {"server": "Theirs"}), (waiting["local"], waiting["remotes"]))
        self.fasti("conflicts", "resolve", waiting["id"], "--value", "Agreed")
        self.sync()
        self.assertIn("Agreed", self.titles())
        self.assertIn("Agreed", calendar.titles())
        self.assertSilent()

    def test_two_stores_on_one_calendar_converge(self):
        calendar = self.fill()
        self.configure(place="second/fasti.toml")
        there = ("--config", self.folder / "second" / "fasti.toml")
        self.sync(0, *there)

        def titles():
            return sorted(one["fields"]["title"] for one in self.fasti("list", "booking", "--json", *there).json)
        self.assertEqual(self.titles(), titles())
        # Not the one that is edited here: the ids there, and so their order, are other ones in every run.
        first = next(one for one in self.fasti("list", "booking", "--json", *there).json
                     if one["fields"]["title"] != "Match 5")
        self.fasti("put", "booking", first["id"], "-", *there, stdin=json.dumps({"title": "Second store"}))
        self.put("M005", title="First store")
        for _ in range(2):
            self.sync()
            self.sync(0, *there)
        self.assertEqual(self.titles(), titles())
        self.assertEqual(self.titles(), calendar.titles())
        self.assertIn("First store", titles())
        self.assertIn("Second store", self.titles())
        self.assertEqual(6, len(calendar.hrefs()))
        self.assertSilent()
        self.assertEqual(0, written(self.sync(0, *there)))

    # --- failures ---

    def assertNothingLost(self, calendar, count=6):
        self.assertEqual(count, len(self.titles()))
        self.assertEqual(count, len(calendar.hrefs()))
        self.assertEqual(count, len(self.files()))

    def failing_run(self):
        run = self.sync(code=5)
        self.assertEqual("partial", run["outcome"])
        self.assertIsNotNone(of(run, "server")["error"])
        self.assertIsNone(of(run, "folder")["error"])
        self.assertEqual({"created": 0, "updated": 0, "deleted": 0}, run["local"])
        self.assertEqual(0, of(run, "server")["deleted"] + of(run, "folder")["deleted"])

    def test_a_wrong_password_loses_nothing(self):
        calendar = self.fill()
        self.put("M001", title="Meanwhile")
        os.environ["FASTI_TEST_PASSWORD"] = "wrong"
        self.addCleanup(os.environ.__setitem__, "FASTI_TEST_PASSWORD", PASSWORD)
        self.failing_run()
        self.assertLessEqual(self.server.counts()["REPORT"], 2)
        os.environ["FASTI_TEST_PASSWORD"] = PASSWORD
        self.assertNothingLost(calendar)
        self.sync()
        self.assertIn("Meanwhile", calendar.titles())
        self.assertSilent()

    def test_a_server_that_is_gone_loses_nothing(self):
        calendar = self.fill()
        self.put("M001", title="Meanwhile")
        self.configure(url=f"http://127.0.0.1:{self.server.free_port()}/")
        self.failing_run()
        self.configure(url=self.server.url + "no/such/place/", calendar="elsewhere", create=False)
        self.failing_run()
        self.configure()
        self.assertNothingLost(calendar)
        self.sync()
        self.assertIn("Meanwhile", calendar.titles())
        self.assertSilent()

    def test_a_calendar_that_vanished_deletes_nothing(self):
        calendar = self.fill()
        self.configure(create=False)
        self.server.http("DELETE", calendar.url)
        self.failing_run()
        self.failing_run()
        self.assertEqual((6, 6), (len(self.titles()), len(self.files())))

    def test_a_listing_that_is_cut_off_deletes_nothing(self):
        calendar = self.fill()
        calendar.edit("Match 1", SUMMARY="Edited meanwhile")
        for size in (1, 200, 400):
            self.server.cut_listings(size)
            self.failing_run()
        self.server.cut_listings(600)
        run = self.fasti("resync", "--json", code=5).json
        self.assertEqual("partial", run["outcome"])
        self.server.cut_listings(0)
        self.assertNothingLost(calendar)
        self.sync()
        self.assertIn("Edited meanwhile", self.titles())
        self.assertSilent()

    def test_a_mass_deletion_is_held_until_somebody_releases_it(self):
        calendar = self.fill(8)
        for href in calendar.hrefs()[:5]:
            calendar.delete(href)
        run = self.sync(code=4)
        self.assertEqual("held", run["outcome"])
        self.assertEqual((8, 8), (len(self.titles()), len(self.files())))
        again = self.sync(code=4)
        self.assertEqual((8, 8), (len(self.titles()), len(self.files())))
        self.fasti("apply", again["run"], "--json")
        self.assertEqual((3, 3, 3), (len(self.titles()), len(self.files()), len(calendar.hrefs())))
        self.assertSilent()

    # --- many ---

    def test_many_events_go_up_and_come_down(self):
        lines = []
        for number in range(EVENTS):
            day, hour = 1 + number % 28, number % 22
            when = {"start": f"2026-{1 + number % 12:02d}-{day:02d}T{hour:02d}:00:00",
                    "end": f"2026-{1 + number % 12:02d}-{day:02d}T{hour + 1:02d}:30:00", "zone": "Europe/Berlin"}
            lines.append(json.dumps({"kind": "booking", "id": f"E{number}", "fields":
                                     {"title": f"Event {number}", "when": when, "notes": "x" * (number % 90)}}))
        self.fasti("import", self.write("many.jsonl", "\n".join(lines)))
        run = self.sync()
        counts = self.server.counts()
        self.assertEqual((EVENTS, EVENTS), (of(run, "server")["created"], counts["PUT"]))
        self.assertLessEqual(sum(counts.values()), EVENTS * 1.02 + 12, counts)
        self.assertSilent()
        self.configure(place="second/fasti.toml")
        self.server.counts()
        down = self.sync(0, "--config", self.folder / "second" / "fasti.toml")
        self.assertEqual(EVENTS, down["local"]["created"])
        counts = self.server.counts()
        self.assertNotIn("PUT", counts)
        self.assertLessEqual(sum(counts.values()), 6 + (EVENTS + 49) // 50, counts)
        shutil.rmtree(self.folder / "second")


class Radicale(EndToEnd):
    server_name = "radicale"


class Xandikos(EndToEnd):
    server_name = "xandikos"


if __name__ == "__main__":
    unittest.main(verbosity=2)
