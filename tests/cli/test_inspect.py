"""fasti inspect: what it reads, expands and writes back."""
import unittest

from fasti_case import FastiCase

SERIES = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:tea
SUMMARY:Tea
DTSTART;TZID=Europe/Vienna:20260327T160000
DTEND;TZID=Europe/Vienna:20260327T170000
RRULE:FREQ=DAILY;COUNT=5
EXDATE;TZID=Europe/Vienna:20260328T160000
END:VEVENT
BEGIN:VEVENT
UID:tea
RECURRENCE-ID;TZID=Europe/Vienna:20260329T160000
DTSTART;TZID=America/New_York:20260329T120000
DTEND;TZID=America/New_York:20260329T130000
SUMMARY:Late tea
END:VEVENT
BEGIN:VEVENT
UID:gone
DTSTART:20260327T100000Z
RRULE:FREQ=DAILY;COUNT=2
SUMMARY:Walk
END:VEVENT
BEGIN:VEVENT
UID:gone
RECURRENCE-ID:20260328T100000Z
DTSTART:20260328T100000Z
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:day
SUMMARY:Fair
DTSTART;VALUE=DATE:20260329
END:VEVENT
BEGIN:VEVENT
UID:somewhere
SUMMARY:Call
DTSTART:20260329T090000
DURATION:PT1H
END:VEVENT
END:VCALENDAR
"""


class Inspect(FastiCase):
    config = None  # needs no fasti.toml

    def occurrences(self, text, start, end, code=0):
        self.write("a.ics", text)
        return self.fasti("inspect", "a.ics", "--json", "--expand", start, end, code=code).json["occurrences"]

    def test_every_occurrence_in_order_of_time(self):
        self.assertEqual([
            {"uid": "gone", "start": "2026-03-27T10:00:00", "end": "2026-03-27T10:00:00", "zone": "UTC",
             "utc": "2026-03-27T10:00:00Z", "recurrence_id": "2026-03-27T10:00:00"},
            {"uid": "tea", "start": "2026-03-27T16:00:00", "end": "2026-03-27T17:00:00", "zone": "Europe/Vienna",
             "utc": "2026-03-27T15:00:00Z", "recurrence_id": "2026-03-27T16:00:00"},
            {"uid": "day", "start": "2026-03-29", "end": "2026-03-30", "zone": None, "utc": None,
             "recurrence_id": None},
            {"uid": "somewhere", "start": "2026-03-29T09:00:00", "end": "2026-03-29T10:00:00", "zone": None,
             "utc": None, "recurrence_id": None},
            {"uid": "tea", "start": "2026-03-29T12:00:00", "end": "2026-03-29T13:00:00", "zone": "America/New_York",
             "utc": "2026-03-29T16:00:00Z", "recurrence_id": "2026-03-29T16:00:00"},
            {"uid": "tea", "start": "2026-03-30T16:00:00", "end": "2026-03-30T17:00:00", "zone": "Europe/Vienna",
             "utc": "2026-03-30T14:00:00Z", "recurrence_id": "2026-03-30T16:00:00"},
            {"uid": "tea", "start": "2026-03-31T16:00:00", "end": "2026-03-31T17:00:00", "zone": "Europe/Vienna",
             "utc": "2026-03-31T14:00:00Z", "recurrence_id": "2026-03-31T16:00:00"},
        ], self.occurrences(SERIES, "2026-01-01", "2027-01-01"))

    def test_from_is_inside_and_to_is_not(self):
        def starts(start, end):
            return [one["start"] for one in self.occurrences(SERIES, start, end)]
        self.assertEqual(["2026-03-30T16:00:00"], starts("2026-03-30", "2026-03-31"))
        self.assertEqual(["2026-03-30T16:00:00"], starts("2026-03-30T16:00:00", "2026-03-31T16:00:00"))
        self.assertEqual([], starts("2026-03-30T16:00:01", "2026-03-31T16:00:00"))
        self.assertEqual(["2026-03-30T16:00:00"], starts("2026-03-30T14:00:00Z", "2026-03-31T14:00:00Z"))
        self.assertEqual(["2026-03-30T16:00:00"], starts("2026-03-30T16:00:00+02:00", "20260331T140000Z"))
        self.assertEqual(["2026-03-29"], starts("2026-03-29", "2026-03-29T01:00:00"))

    def test_a_rule_that_cannot_be_read_or_holds_too_much_is_a_problem_of_its_event(self):
        text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:a\nDTSTART:20260101T000000Z\nRRULE:%s\nEND:VEVENT\n" \
               "BEGIN:VEVENT\nUID:b\nSUMMARY:b\nDTSTART:20260102T000000Z\nEND:VEVENT\nEND:VCALENDAR\n"
        for rule in ("FREQ=SOMETIMES", "FREQ=SECONDLY"):
            self.write("a.ics", text % rule)
            told = self.fasti("inspect", "a.ics", "--json", "--expand", "2026-01-01", "2027-01-01", code=1).json
            self.assertEqual(["b"], [one["uid"] for one in told["occurrences"]])
            self.assertEqual([(2, "error")], [(one["line"], one["severity"]) for one in told["problems"]])

    def test_this_and_future_is_shown_and_said_how_a_sync_reads_it(self):
        text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:a\nDTSTART:20260101T100000Z\nRRULE:FREQ=DAILY;COUNT=4\n" \
               "END:VEVENT\nBEGIN:VEVENT\nUID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260103T100000Z\n" \
               "DTSTART:20260103T110000Z\nSUMMARY:b\nEND:VEVENT\nEND:VCALENDAR\n"
        self.write("a.ics", text)
        told = self.fasti("inspect", "a.ics", "--json", "--expand", "2026-01-01", "2026-02-01").json
        self.assertEqual(["2026-01-01T10:00:00Z", "2026-01-02T10:00:00Z", "2026-01-03T11:00:00Z",
                          "2026-01-04T11:00:00Z"], [one["utc"] for one in told["occurrences"]])
        self.assertEqual([(8, "warning")], [(one["line"], one["severity"]) for one in told["problems"]])
        self.assertIn("2 single occurrences", told["problems"][0]["text"])
        self.write("a.ics", text.replace(";COUNT=4", ""))
        told = self.fasti("inspect", "a.ics", "--json", "--expand", "2026-01-01", "2026-02-01").json
        self.assertEqual(31, len(told["occurrences"]))
        self.assertIn("parks", told["problems"][0]["text"])

    def test_arguments_that_are_no_times_are_refused(self):
        self.write("a.ics", SERIES)
        self.assertIn("soon", self.fasti("inspect", "a.ics", "--expand", "soon", "2026-01-01", code=2).err)
        self.assertIn("before", self.fasti("inspect", "a.ics", "--expand", "2026-02-01", "2026-01-01", code=2).err)
        self.fasti("inspect", "a.ics", "--expand", "2026-02-01", code=2)

    def test_round_trip_gives_the_same_bytes(self):
        odd = b"\xef\xbb\xbfBEGIN:VCALENDAR\nX-A: \r\nBEGIN:VEVENT\r\nUID:a\nSUMMARY:M\xfcn\r\n chen\x00\r\n\n" \
              b"DTSTART:20260101T000000Z\nEND:VEVENT\nEND:VCALENDAR"
        for name, text in (("odd", odd), ("utf16", SERIES.encode("utf-16")), ("plain", SERIES.encode())):
            self.write(name + ".ics", text)
            self.fasti("inspect", name + ".ics", "--roundtrip", "out.ics")
            self.assertEqual(text, (self.folder / "out.ics").read_bytes(), name)

    def test_round_trip_of_what_cannot_be_read(self):
        for text in (b"hello\n", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n", "BEGIN".encode("utf-16") + b"\x3d\xd8"):
            self.write("a.ics", text)
            self.fasti("inspect", "a.ics", "--roundtrip", "out.ics", code=1)
            self.assertEqual(text, (self.folder / "out.ics").read_bytes())

    def test_a_person_sees_what_was_moved(self):
        self.write("a.ics", SERIES)
        shown = self.fasti("inspect", "a.ics", "--expand", "2026-03-29", "2026-03-31").out
        self.assertRegex(shown, r"2026-03-29.*Tea \(instead of 2026-03-29T16:00:00\)")
        self.assertRegex(shown, r"2026-03-30.* Tea\n")


if __name__ == "__main__":
    unittest.main()
