"""The run over .ics folders: plan, apply, sync, guard, conflicts, rollback, reports, and the exit codes of all."""
import json
import shutil
import sqlite3
import unittest

from fasti_case import CONFIG, SECOND_SYNC, FastiCase


def total(run):
    return sum(s["created"] + s["updated"] + s["deleted"] for s in run["syncs"])


class Sync(FastiCase):
    def test_up_and_then_silence(self):
        for number in range(5):
            self.booking(number)
        run = self.fasti("sync", "--json").json
        self.assertEqual("ok", run["outcome"])
        self.assertEqual(5, run["syncs"][0]["created"])
        self.assertEqual({"run", "outcome", "local", "syncs", "conflicts", "parked", "seconds"}, set(run) - {"notes"})
        self.assertEqual({"name", "target", "provider", "pulled", "created", "updated", "deleted", "requests", "cursor",
                          "held", "error"}, set(run["syncs"][0]))
        self.assertEqual(5, len(self.files()))
        self.assertEqual(0, total(self.fasti("sync", "--json").json))

    def test_edits_travel_both_ways(self):
        self.booking(1)
        self.booking(2)
        self.fasti("sync")
        self.edit_file("Match 1", "Opening match")
        self.put("M002", title="Second match")
        run = self.fasti("sync", "--json").json
        self.assertEqual({"created": 0, "updated": 1, "deleted": 0}, run["local"])
        self.assertEqual(1, run["syncs"][0]["updated"])
        self.assertEqual("Opening match", self.fields("M001")["title"])
        self.file_with("Second match")
        self.assertEqual(0, total(self.fasti("sync", "--json").json))

    def test_creations_and_deletions_travel_both_ways(self):
        for number in range(6):
            self.booking(number)
        self.fasti("sync")
        self.file_with("SUMMARY:Match 1").unlink()
        self.fasti("delete", "booking", "M002")
        self.write("calendars/club/new.ics", "\r\n".join([
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:new@x", "DTSTAMP:20260101T000000Z",
            "DTSTART:20260620T100000Z", "DTEND:20260620T110000Z", "SUMMARY:From there", "END:VEVENT", "END:VCALENDAR", ""]))
        run = self.fasti("sync", "--json").json
        self.assertEqual({"created": 1, "updated": 0, "deleted": 1}, run["local"])
        self.assertEqual(1, run["syncs"][0]["deleted"])
        titles = {r["fields"]["title"] for r in self.fasti("list", "booking", "--json").json}
        self.assertEqual({"Match 0", "Match 3", "Match 4", "Match 5", "From there"}, titles)

    def test_what_is_not_mapped_survives_byte_for_byte(self):
        self.booking(1)
        self.fasti("sync")
        path = self.edit_file("END:VEVENT", "X-OWN;FOO=\"a;b\":kept as it is\r\nEND:VEVENT")
        self.fasti("sync")
        self.put("M001", title="Changed")
        self.fasti("sync")
        text = path.read_bytes().decode()
        self.assertIn("X-OWN;FOO=\"a;b\":kept as it is\r\n", text)
        self.assertIn("SUMMARY:Changed\r\n", text)

    def test_an_unreadable_file_is_parked_and_the_rest_syncs(self):
        self.booking(1)
        self.booking(2)
        self.fasti("sync")
        self.file_with("SUMMARY:Match 1").write_text("this is no calendar")
        self.edit_file("Match 2", "Match two")
        run = self.fasti("sync", "--json", code=3).json
        self.assertEqual(("waiting", 1), (run["outcome"], run["parked"]))
        self.assertEqual("Match two", self.fields("M002")["title"])
        self.assertEqual("Match 1", self.fields("M001")["title"])
        self.assertIn("cannot be read", self.fasti("report").out)

    def test_a_folder_that_vanished_deletes_nothing(self):
        for number in range(4):
            self.booking(number)
        self.fasti("sync")
        self.write("fasti.toml", CONFIG.replace("create = true\n", ""))
        shutil.rmtree(self.folder / "calendars" / "club")
        answer = self.fasti("sync", "--json", code=5)
        self.assertEqual("partial", answer.json["outcome"])
        self.assertIsNotNone(answer.json["syncs"][0]["error"])
        self.assertEqual(4, len(self.fasti("list", "booking", "--json").json))

    def test_names_choose_and_globs_work(self):
        self.write("fasti.toml", CONFIG + SECOND_SYNC)
        self.booking(1)
        run = self.fasti("sync", "sec*", "--json").json
        self.assertEqual(["second"], [s["name"] for s in run["syncs"]])
        self.assertEqual([], self.files())
        self.fasti("sync")
        self.assertEqual(1, len(self.files()))

    def test_an_edit_reaches_every_side(self):
        self.write("fasti.toml", CONFIG + SECOND_SYNC)
        self.booking(1)
        self.fasti("sync")
        self.edit_file("Match 1", "Opening", "second")
        self.fasti("sync")
        self.file_with("SUMMARY:Opening")
        self.assertEqual(0, total(self.fasti("resync", "--json").json))

    def test_pause_and_resume(self):
        self.fasti("pause", "club")
        self.booking(1)
        self.fasti("sync")
        self.assertEqual([], self.files())
        self.assertTrue(self.fasti("status", "--json").json[0]["paused"])
        self.fasti("resume", "club")
        self.fasti("sync")
        self.assertEqual(1, len(self.files()))

    def test_purge_removes_what_we_made_and_needs_a_yes(self):
        self.booking(1)
        self.fasti("sync")
        self.fasti("purge", "club", code=2)
        self.assertEqual(1, len(self.files()))
        self.fasti("purge", "club", "--yes")
        self.assertEqual([], self.files())
        self.assertEqual(1, len(self.fasti("list", "booking", "--json").json))

    def test_relink_finds_our_objects_again(self):
        self.booking(1)
        self.fasti("sync")
        self.fasti("relink", "club")
        self.fasti("sync", code=None)
        self.assertEqual(1, len(self.files()))
        self.assertEqual(1, len(self.fasti("list", "booking", "--json").json))

    def test_a_backup_is_a_store(self):
        self.booking(1)
        self.fasti("backup", "copy.db")
        copy = sqlite3.connect(self.folder / "copy.db")
        self.assertEqual("ok", copy.execute("pragma integrity_check").fetchone()[0])
        copy.close()
        (self.folder / "copy.db").rename(self.folder / "fasti.db")
        self.assertEqual("Match 1", self.fields("M001")["title"])

    def test_a_damaged_store_names_repair_and_is_not_touched(self):
        self.booking(1)
        damaged = self.write("fasti.db", b"SQLite format 3\0" + b"nonsense" * 4096)
        for extra in ("fasti.db-wal", "fasti.db-shm"):
            (self.folder / extra).unlink(missing_ok=True)
        before = damaged.read_bytes()
        self.assertIn("fasti repair", self.fasti("sync", code=1).err)
        self.assertEqual(before, damaged.read_bytes())

    def test_repair_saves_what_can_be_read_whatever_else_the_config_says(self):
        for number in range(60):
            self.booking(number)
        self.fasti("sync")
        unreachable = "[connections.web]\nprovider = 'caldav'\nurl = 'https://example.invalid/'\nusername = 'a'\n" \
                      "password = { env = 'NOWHERE_SET' }\nunknown = 1\n"
        self.write("fasti.toml", self.config + unreachable)
        store = self.folder / "fasti.db"
        pages = store.read_bytes()
        hurt = pages.index(b"Match 30") // 4096 * 4096
        damaged = pages[:hurt] + b"\xff" * 4096 + pages[hurt + 4096:]
        store.write_bytes(damaged)
        told = self.fasti("repair").out
        self.assertRegex(told, r"record: \d+ rows saved")
        self.assertTrue(any(damaged == path.read_bytes() for path in self.folder.glob("fasti.db.damaged-*")))
        self.write("fasti.toml", self.config)
        self.fasti("sync", code=None)
        self.assertEqual(60, len(self.files()))
        self.assertEqual(60, len(self.fasti("list", "booking", "--json").json))
        self.assertIn("nothing was changed", self.fasti("repair").out)


class PublicFeed(FastiCase):
    config = CONFIG.replace('collection = "club"', 'collection = "public.ics"') + \
        'direction = "to_remote"\nmarker = false\n'

    def test_a_feed_without_markers_is_one_file_and_keeps_still(self):
        for number in range(3):
            self.booking(number)
        self.fasti("sync")
        feed = self.folder / "calendars" / "public.ics"
        text = feed.read_text()
        self.assertEqual((3, 0), (text.count("BEGIN:VEVENT"), text.count("X-FASTI")))
        self.assertEqual(0, total(self.fasti("sync", "--json").json))
        self.put("M001", title="Opening match")
        feed.write_text(text.replace("Match 2", "Defaced"))
        self.fasti("sync")
        self.assertEqual([1, 1, 0], [feed.read_text().count(t) for t in ("Opening match", "Match 2", "Defaced")])


class Plan(FastiCase):
    def test_a_plan_changes_nothing_and_apply_does_exactly_that(self):
        self.booking(1)
        plan = self.fasti("plan", "-o", "plan.json", "--json").json
        self.assertEqual([], self.files())
        self.assertEqual({"target": "club", "record": "M001", "op": "create"},
                         {k: plan["steps"][0][k] for k in ("target", "record", "op")})
        self.assertTrue({"fields", "cause", "why"} <= set(plan["steps"][0]))
        self.assertEqual(plan, json.loads((self.folder / "plan.json").read_text()))
        self.fasti("apply", "plan.json")
        self.assertEqual(1, len(self.files()))
        self.assertEqual([], self.fasti("plan", "--json").json["steps"])

    def test_exit_code_says_whether_there_are_steps(self):
        self.fasti("sync")
        self.fasti("plan", "--exit-code", code=0)
        self.booking(1)
        self.fasti("plan", "--exit-code", code=3)
        self.fasti("plan", code=0)
        self.fasti("sync", "--dry-run", code=0)
        self.assertEqual([], self.files())

    def test_apply_refuses_when_something_moved(self):
        self.booking(1)
        self.fasti("plan", "-o", "plan.json")
        self.put("M001", title="Moved on")
        refused = self.fasti("apply", "plan.json", "--json", code=4)
        self.assertEqual("held", refused.json["error"]["kind"])
        self.assertIn("M001", refused.err)
        self.assertEqual([], self.files())

    def test_a_plan_reads_well(self):
        self.booking(1)
        shown = self.fasti("plan").out
        self.assertIn("club: 1 step", shown)
        self.assertIn("create  Match 1", shown)


class Guard(FastiCase):
    def setUp(self):
        super().setUp()
        for number in range(8):
            self.booking(number)
        self.fasti("sync")

    def test_many_deletions_are_held_until_a_person_says_so(self):
        for path in self.files()[:4]:
            path.unlink()
        held = self.fasti("sync", "--json", code=4).json
        self.assertEqual("held", held["outcome"])
        self.assertIsNotNone(held["syncs"][0]["held"])
        self.assertEqual(8, len(self.fasti("list", "booking", "--json").json))
        self.assertIn("fasti apply", self.fasti("sync", code=4).out)
        self.fasti("apply", held["run"])
        self.assertEqual(4, len(self.fasti("list", "booking", "--json").json))

    def test_max_delete_approves(self):
        for path in self.files()[:4]:
            path.unlink()
        self.fasti("sync", "--max-delete", "3", code=4)
        self.fasti("sync", "--max-delete", "50%")
        self.assertEqual(4, len(self.fasti("list", "booking", "--json").json))
        self.fasti("sync", "--max-delete", "many", code=2)


class Conflicts(FastiCase):
    ASK = '[conflict.booking]\ndefault = "ask"\n'

    def clash(self, policy):
        self.write("fasti.toml", self.config + policy)
        self.booking(1)
        self.fasti("sync")
        self.edit_file("Match 1", "Theirs")
        self.put("M001", title="Ours", notes="more")

    def test_ask_waits_and_other_fields_flow(self):
        self.clash(self.ASK)
        run = self.fasti("sync", "--json", code=3).json
        self.assertEqual(("waiting", 1), (run["outcome"], run["conflicts"]))
        conflict = self.fasti("conflicts", "list", "--json").json[0]
        self.assertEqual(("open", "booking", "M001", "title", "Match 1", "Ours"),
                         tuple(conflict[k] for k in ("state", "kind", "record", "field", "base", "local")))
        self.assertEqual({"club": "Theirs"}, conflict["remotes"])
        self.assertIsNone(conflict["winner"])
        self.assertIn("DESCRIPTION:more", self.file_with("SUMMARY:Theirs").read_text())
        self.fasti("sync", code=3)

    def test_resolve_takes_a_side(self):
        for take, winner in (("local", "Ours"), ("club", "Theirs"), ("remote", "Theirs")):
            with self.subTest(take=take):
                self.setUp()
                self.clash(self.ASK)
                self.fasti("sync", code=3)
                conflict = self.fasti("conflicts", "--json").json[0]
                self.fasti("conflicts", "resolve", conflict["id"], "--take", take)
                self.fasti("sync")
                self.assertEqual(winner, self.fields("M001")["title"])
                self.file_with("SUMMARY:" + winner)
                self.assertEqual([], self.fasti("conflicts", "--json").json)

    def test_resolve_with_a_value_of_ones_own(self):
        self.clash(self.ASK)
        self.fasti("sync", code=3)
        conflict = self.fasti("conflicts", "--json").json[0]
        self.fasti("conflicts", "resolve", conflict["id"][:8], "--value", "Both of us")
        self.fasti("sync")
        self.file_with("SUMMARY:Both of us")

    def test_a_revision_that_has_moved_is_refused(self):
        self.clash(self.ASK)
        self.fasti("sync", code=3)
        conflict = self.fasti("conflicts", "--json").json[0]
        self.put("M001", title="Ours again")
        self.fasti("sync", code=3)
        self.fasti("conflicts", "resolve", conflict["id"], "--take", "local", "--revision", conflict["revision"], code=1)

    def test_prefer_settles_and_keeps_the_loser(self):
        self.clash('[conflict.booking]\ndefault = { prefer = "club" }\n')
        self.fasti("sync")
        self.assertEqual("Theirs", self.fields("M001")["title"])
        self.assertEqual([], self.fasti("conflicts", "--json").json)
        settled = self.fasti("conflicts", "list", "--all", "--json").json[0]
        self.assertEqual(("settled", "club"), (settled["state"], settled["winner"]))
        self.assertIn("local", settled["losers"])

    def test_reports_show_the_conflict_and_no_formula(self):
        self.clash(self.ASK)
        self.put("M001", title="=HYPERLINK(1)")
        self.fasti("sync", code=3)
        self.assertIn("OPEN", self.fasti("report").out)
        self.fasti("report", "--csv", "review.csv")
        self.assertIn("conflict,", (self.folder / "review.csv").read_text())
        for line in (self.folder / "review.csv").read_text().splitlines():
            for cell in line.split(","):
                self.assertNotIn(cell.strip('"')[:1], ("=", "+", "@"), line)
        self.assertEqual(1, len(self.fasti("report", "--json").json["conflicts"]))

    def test_an_unknown_conflict(self):
        self.fasti("conflicts", "show", "nope", code=1)


class Rollback(FastiCase):
    def test_a_run_is_taken_back_here_and_there(self):
        for number in (1, 2):
            self.booking(number)
        self.fasti("sync")
        before = self.snapshot()
        self.put("M001", title="Changed here")
        self.put("M003", title="New", when={"start": "2026-06-20", "end": "2026-06-21"})
        run = self.fasti("sync", "--json").json["run"]
        self.assertNotEqual(before, self.snapshot())
        self.fasti("rollback", run, code=2)
        dry = self.fasti("rollback", run, "--dry-run", "--json", code=None).json
        self.assertGreater(len(dry["steps"]), 0)
        self.fasti("rollback", run, "--yes", "--json", code=None)
        self.assertEqual(before, self.snapshot())
        self.assertIsNotNone([r for r in self.fasti("runs", "--json").json if r["run"] == run][0]["undone_by"])

    def test_an_edit_made_there_stays_and_waits(self):
        self.write("fasti.toml", CONFIG + SECOND_SYNC)
        self.booking(1)
        self.fasti("sync")
        second, club = self.snapshot("second"), None
        self.edit_file("Match 1", "Their idea")
        club = self.snapshot()
        run = self.fasti("sync", "--json").json["run"]
        self.file_with("Their idea", "second")
        self.fasti("rollback", run, "--yes", code=3)
        self.assertEqual("Match 1", self.fields("M001")["title"])
        self.assertEqual(second, self.snapshot("second"))
        self.assertEqual(club, self.snapshot())
        self.assertEqual(1, len(self.fasti("conflicts", "--json").json))

    def test_origin_takes_it_back_there_too(self):
        self.booking(1)
        self.fasti("sync")
        self.edit_file("SUMMARY:Match 1", "SUMMARY:Their idea")
        run = self.fasti("sync", "--json").json["run"]
        self.fasti("rollback", run, "--origin", "--yes")
        self.assertEqual("Match 1", self.fields("M001")["title"])
        self.file_with("SUMMARY:Match 1")
        self.assertEqual(0, total(self.fasti("sync", "--json").json))

    def test_an_unknown_run(self):
        self.fasti("rollback", "nope", "--yes", code=1)


class LookingBack(FastiCase):
    def test_the_log_says_who_changed_what(self):
        self.booking(1)
        self.fasti("sync")
        self.edit_file("Match 1", "Their idea")
        run = self.fasti("sync", "--json").json["run"]
        entries = self.fasti("log", "--run", run, "--json").json
        self.assertEqual({"seq", "run", "at", "origin", "entry", "kind", "record", "field", "before", "after", "cause"},
                         set(entries[0]) - {"side"})
        applied = [e for e in entries if e["entry"] == "applied" and e["field"] == "title"]
        self.assertEqual(("Match 1", "Their idea", "club"), tuple(applied[0][k] for k in ("before", "after", "origin")))
        self.assertIn("Their idea", self.fasti("log", "--record", "M001").out)

    def test_runs_and_status(self):
        self.booking(1)
        self.fasti("sync")
        self.assertEqual("sync", self.fasti("runs", "--json").json[0]["command"])
        status = self.fasti("status", "--json").json[0]
        self.assertEqual(("club", 1, False), (status["target"], status["records"], status["paused"]))
        self.assertIsNotNone(status["last_success"])
        self.assertIn("ok", self.fasti("status").out)


if __name__ == "__main__":
    unittest.main()
