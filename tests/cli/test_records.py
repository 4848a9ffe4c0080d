"""put, get, list, delete, import, export."""
import csv
import io
import json
import unittest

from fasti_case import SOURCE, FastiCase

WHEN = {"start": "2026-06-11T13:00:00", "end": "2026-06-11T15:00:00", "zone": "America/Mexico_City"}


class Records(FastiCase):
    def test_put_prints_the_record_and_get_gives_the_same(self):
        put = self.put("M1", title="Opening", when=WHEN, status="confirmed").json
        self.assertEqual({"kind": "booking", "id": "M1"}, {k: put[k] for k in ("kind", "id")})
        self.assertEqual(WHEN, put["fields"]["when"])
        self.assertEqual(put, self.fasti("get", "booking", "M1", "--json").json)

    def test_given_is_set_null_is_cleared_absent_is_unchanged(self):
        self.put("M1", title="Opening", when=WHEN, notes="bring flags")
        self.put("M1", title="Final", notes=None)
        fields = self.fields("M1")
        self.assertEqual("Final", fields["title"])
        self.assertIsNone(fields.get("notes"))
        self.assertEqual(WHEN, fields["when"])

    def test_replace_clears_what_is_not_given(self):
        self.put("M1", title="Opening", when=WHEN, notes="bring flags")
        self.fasti("put", "booking", "M1", "-", "--replace", stdin=json.dumps({"title": "Final", "when": WHEN}))
        self.assertIsNone(self.fields("M1").get("notes"))

    def test_without_an_id_the_body_says_it_or_a_new_one_is_made(self):
        body = {"kind": "booking", "id": "mine", "fields": {"title": "A", "when": WHEN}}
        self.assertEqual("mine", self.fasti("put", "booking", "-", "--json", stdin=json.dumps(body)).json["id"])
        made = self.fasti("put", "booking", "--json", stdin=json.dumps({"title": "B", "when": WHEN})).json["id"]
        self.assertRegex(made, r"^[0-9a-f]{8}-[0-9a-f]{4}-7")
        self.assertEqual({"mine", made}, {r["id"] for r in self.fasti("list", "booking", "--json").json})

    def test_put_reads_a_file(self):
        self.write("one.json", json.dumps({"title": "A", "when": WHEN}))
        self.assertEqual("M9", self.fasti("put", "booking", "M9", "one.json", "--json").json["id"])

    def test_all_day_floating_and_instants(self):
        day = {"start": "2026-06-11", "end": "2026-06-12"}
        floating = {"start": "2026-06-11T13:00:00", "end": "2026-06-11T15:00:00"}
        self.assertEqual(day, self.put("a", title="A", when=day).json["fields"]["when"])
        self.assertEqual(floating, self.put("b", title="B", when=floating).json["fields"]["when"])
        instant = {"start": "2026-06-11T13:00:00Z", "end": "2026-06-11T15:00:00Z"}
        self.assertEqual({**floating, "zone": "UTC"}, self.put("c", title="C", when=instant).json["fields"]["when"])

    def test_delete_and_what_is_not_there(self):
        self.put("M1", title="Opening", when=WHEN)
        self.fasti("delete", "booking", "M1")
        self.fasti("get", "booking", "M1", code=1)
        self.assertEqual([], self.fasti("list", "booking", "--json").json)

    def test_bad_records_change_nothing(self):
        for body in ('{"title": ', '{"titel":"x"}', '{"title":7}', '{"when":{"start":"2026-13-01"}}',
                     '{"status":"maybe"}', '[]', '"x"', ""):
            answer = self.fasti("put", "booking", "M1", "-", "--json", stdin=body, code=2)
            self.assertEqual("bad_input", answer.json["error"]["kind"], body)
        unknown = self.fasti("put", "booking", "M1", "-", stdin='{"titel":"x"}', code=2)
        self.assertIn("title", unknown.err)
        self.assertEqual([], self.fasti("list", "booking", "--json").json)

    def test_an_unknown_kind_names_the_nearest(self):
        refused = self.fasti("list", "boking", code=2)
        self.assertIn("booking", refused.err)


class Csv(FastiCase):
    HEADING = "code,title,start,end,zone,venue,status\n"
    ROW = "M001,Opening,2026-06-11T13:00:00,2026-06-11T15:00:00,America/Mexico_City,,confirmed\n"

    def load(self, text, code=0):
        self.write("games.csv", text)
        return self.fasti("import", "games.csv", "--mapping", "csv-booking", "--json", code=code)

    def only(self):
        records = self.fasti("list", "booking", "--json").json
        self.assertEqual(1, len(records), records)
        return records[0]

    def test_an_import_is_a_run(self):
        run = self.load(self.HEADING + self.ROW).json
        self.assertEqual({"created": 1, "updated": 0, "deleted": 0}, run["local"])
        fields = self.only()["fields"]
        self.assertEqual(WHEN, fields["when"])
        self.assertEqual("Opening", fields["title"])
        self.fasti("rollback", run["run"], "--yes")
        self.assertEqual([], self.fasti("list", "booking", "--json").json)

    def test_the_key_makes_a_second_import_an_update(self):
        self.load(self.HEADING + self.ROW)
        first = self.only()["id"]
        run = self.load(self.HEADING + self.ROW.replace("Opening", "Opening match")).json
        self.assertEqual({"created": 0, "updated": 1, "deleted": 0}, run["local"])
        self.assertEqual(first, self.only()["id"])
        self.assertEqual("Opening match", self.only()["fields"]["title"])

    def test_a_column_that_is_not_there_is_left_alone_an_empty_cell_clears(self):
        self.load("code,title,notes\nM001,Opening,bring flags\n", code=None)
        self.load(self.HEADING.strip() + ",notes\n" + self.ROW.strip() + ",bring flags\n")
        self.load(self.HEADING + self.ROW)
        self.assertEqual("bring flags", self.only()["fields"]["notes"])
        self.load(self.HEADING.strip() + ",notes\n" + self.ROW.strip() + ",\n")
        self.assertIsNone(self.only()["fields"].get("notes"))

    def test_one_bad_row_and_nothing_is_imported(self):
        good = self.HEADING + self.ROW
        for bad, place in (
            ("M002,Next,2026-06-31T13:00:00,2026-06-11T15:00:00,America/Mexico_City,,confirmed\n", "games.csv:3:11"),
            ("M002,Next,2026-06-11T13:00:00,2026-06-11T15:00:00,America/Mexiko,,confirmed\n", "games.csv:3:"),
            ("M002,Next,2026-06-11T13:00:00,2026-06-11T15:00:00,America/Mexico_City,,maybe\n", "games.csv:3:"),
            ("M002,Next\n", "games.csv:3:"),
            ('M002,"Next\n', "games.csv:3:6"),
            (self.ROW, "games.csv:3:1"),
        ):
            answer = self.load(good + bad, code=2)
            self.assertIn(place, answer.err)
            self.assertEqual([], self.fasti("list", "booking", "--json").json, bad)

    def test_the_tournament_comes_in_whole(self):
        example = SOURCE / "examples" / "worldcup-2026"
        for kind, name in (("venue", "venues"), ("schedule", "schedule"), ("team", "teams"), ("booking", "bookings")):
            self.fasti("import", example / f"{name}.csv", "--mapping", f"csv-{kind}")
        counts = {k: len(self.fasti("list", k, "--json").json) for k in ("venue", "team", "schedule", "booking")}
        self.assertEqual({"venue": 16, "team": 48, "schedule": 1, "booking": 104}, counts)
        final = [r for r in self.fasti("list", "booking", "--json").json if r["fields"].get("code") == "M104"][0]
        self.assertEqual("metlife-stadium", final["fields"]["venue"])
        self.assertEqual({"start": "2026-07-19T15:00:00", "end": "2026-07-19T17:00:00", "zone": "America/New_York"},
                         final["fields"]["when"])
        self.assertEqual(["Final", "World Cup 2026"], sorted(final["fields"]["categories"]))

    def test_an_export_reads_back_without_a_change(self):
        self.load(self.HEADING + self.ROW + self.ROW.replace("M001", "M002").replace("Opening", '"=A, ""b"""'))
        self.fasti("export", "out.csv", "--kind", "booking")
        rows = list(csv.DictReader(io.StringIO((self.folder / "out.csv").read_text())))
        self.assertEqual({"Opening", '=A, "b"'}, {row["title"] for row in rows})
        again = self.fasti("import", "out.csv", "--mapping", "csv-booking", "--json").json
        self.assertEqual({"created": 0, "updated": 0, "deleted": 0}, again["local"])


class JsonFiles(FastiCase):
    def record(self, number):
        return {"kind": "booking", "id": f"M{number}", "fields": {"title": f"Match {number}", "when": WHEN}}

    def test_an_array_json_lines_and_one_record(self):
        self.write("array.json", json.dumps([self.record(1), self.record(2)]))
        self.fasti("import", "array.json")
        lines = "\n".join(json.dumps(self.record(n)) for n in (3, 4))
        self.fasti("import", "-", stdin=lines)
        self.fasti("import", "-", stdin=json.dumps(self.record(5), indent=1))
        self.assertEqual([f"M{n}" for n in range(1, 6)], [r["id"] for r in self.fasti("list", "booking", "--json").json])

    def test_a_bad_one_among_good_ones_changes_nothing(self):
        bad = self.record(2)
        bad["fields"]["titel"] = "x"
        self.write("two.jsonl", json.dumps(self.record(1)) + "\n" + json.dumps(bad) + "\n")
        answer = self.fasti("import", "two.jsonl", code=2)
        self.assertIn("two.jsonl:2", answer.err)
        self.assertEqual([], self.fasti("list", "booking", "--json").json)

    def test_export_and_import_elsewhere(self):
        for number in (1, 2):
            self.booking(number)
        before = self.fasti("list", "booking", "--json").json
        self.fasti("export", "all.json", "--kind", "booking")
        (self.folder / "fasti.db").unlink()
        self.fasti("import", "all.json")
        self.assertEqual(before, self.fasti("list", "booking", "--json").json)


class IcsFiles(FastiCase):
    def test_events_come_in_and_go_out(self):
        for number in (1, 2):
            self.booking(number, notes="bring flags")
        self.fasti("export", "all.ics", "--kind", "booking")
        text = (self.folder / "all.ics").read_text()
        self.assertEqual(2, text.count("BEGIN:VEVENT"))
        (self.folder / "fasti.db").unlink()
        run = self.fasti("import", "all.ics", "--kind", "booking", "--json").json
        self.assertEqual(2, run["local"]["created"])
        self.assertEqual({"Match 1", "Match 2"}, {r["fields"]["title"] for r in self.fasti("list", "booking", "--json").json})
        again = self.fasti("import", "all.ics", "--json").json
        self.assertEqual({"created": 0, "updated": 0, "deleted": 0}, again["local"])

    def test_inspect_shows_what_is_read_and_the_line_of_what_is_not(self):
        good = "BEGIN:VEVENT\r\nUID:tea\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Tea\r\n" \
               "DTSTART;TZID=Europe/Vienna:20260613T160000\r\nDTEND;TZID=Europe/Vienna:20260613T170000\r\n" \
               "RRULE:FREQ=DAILY;COUNT=3\r\nEND:VEVENT\r\n"
        moved = good.replace("RRULE:FREQ=DAILY;COUNT=3", "RECURRENCE-ID;TZID=Europe/Vienna:20260614T160000") \
                    .replace("20260613T", "20260614T")
        bad = "BEGIN:VEVENT\r\nUID:odd\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20261399T000000Z\r\nEND:VEVENT\r\n"
        (self.folder / "fasti.toml").unlink()  # needs none
        self.write("good.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\n" + good + moved + "END:VCALENDAR\r\n")
        shown = self.fasti("inspect", "good.ics").out
        self.assertIn("good.ics: 1 event", shown)
        self.assertRegex(shown, r"2026-06-13.* Tea\n.*2026-06-14.* Tea \(instead of 2026-06-14T16:00:00")
        self.write("bad.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\n" + good + bad + "END:VCALENDAR\r\n")
        told = self.fasti("inspect", "bad.ics", "--json", code=1).json
        self.assertEqual(["Tea"], [record["fields"]["title"] for record in told["records"]])
        self.assertEqual(["2026-06-13T14:00:00Z"], [one["utc"] for one in told["occurrences"]])
        self.assertEqual([(15, "error")], [(one["line"], one["severity"]) for one in told["problems"]])

    def test_events_without_uid_are_records_of_their_own_and_the_same_again(self):
        event = "BEGIN:VEVENT\nSUMMARY:%s\nDTSTART:20260613T160000Z\nEND:VEVENT\n"
        self.write("a.ics", "BEGIN:VCALENDAR\n" + event % "Tea" + event % "Walk" + "END:VCALENDAR\n")
        for _ in range(2):
            self.fasti("import", "a.ics", "--kind", "booking")
            titles = [one["fields"]["title"] for one in self.fasti("list", "booking", "--json").json]
            self.assertEqual(["Tea", "Walk"], sorted(titles))

    def test_an_event_that_cannot_be_read_names_its_line(self):
        self.write("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:never\nEND:VEVENT\nEND:VCALENDAR\n")
        self.assertIn("a.ics:4:1", self.fasti("import", "a.ics", "--kind", "booking", code=2).err)

    def test_a_file_that_is_no_calendar_is_refused(self):
        self.write("x.ics", "hello\n")
        self.assertIn("x.ics", self.fasti("import", "x.ics", code=2).err)


if __name__ == "__main__":
    unittest.main()
