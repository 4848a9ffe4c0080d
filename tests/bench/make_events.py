#!/usr/bin/env python3
"""make_events.py COUNT [--json|--vdir FOLDER] [--changed N]: the same COUNT events every time, as Fasti's JSON Lines on stdout or
as a vdir of .ics files; with --changed, only the first N of them, with other titles."""
import argparse
import json
import pathlib

ZONES = (("Europe/Berlin", "+0100", "+0200", "CET", "CEST"), ("America/New_York", "-0500", "-0400", "EST", "EDT"))
RULES = {"Europe/Berlin": ("10;BYDAY=-1SU", "3;BYDAY=-1SU", "19961027T030000", "19810329T020000"),
         "America/New_York": ("11;BYDAY=1SU", "3;BYDAY=2SU", "20071104T020000", "20070311T020000")}


def event(number, changed):
    day, month, hour = 1 + number % 28, 1 + number // 28 % 12, number % 22
    return {"uid": f"bench-{number:06d}@example.org", "zone": ZONES[number % 2], "start": f"2026{month:02d}{day:02d}T{hour:02d}0000",
            "end": f"2026{month:02d}{day:02d}T{hour + 1:02d}3000",
            "title": f"Event {number}: home - away" + (", moved" if changed else ""),
            "notes": "Bring the blue shirts. " * (number % 7), "location": f"Pitch {number % 9}, Long Road {number % 40}"}


def iso(text):
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[9:11]}:{text[11:13]}:{text[13:15]}"


def as_json(one):
    when = {"start": iso(one["start"]), "end": iso(one["end"]), "zone": one["zone"][0]}
    fields = {"title": one["title"], "when": when, "location": one["location"], "status": "confirmed"}
    if one["notes"]:
        fields["notes"] = one["notes"].strip()
    return json.dumps({"kind": "booking", "id": one["uid"], "fields": fields})


def as_ics(one):
    name, winter, summer, winter_name, summer_name = one["zone"]
    to_winter, to_summer, winter_start, summer_start = RULES[name]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bench//Bench//EN", "BEGIN:VTIMEZONE", f"TZID:{name}",
             "BEGIN:STANDARD", f"DTSTART:{winter_start}", f"RRULE:FREQ=YEARLY;BYMONTH={to_winter}",
             f"TZOFFSETFROM:{summer}", f"TZOFFSETTO:{winter}", f"TZNAME:{winter_name}", "END:STANDARD",
             "BEGIN:DAYLIGHT", f"DTSTART:{summer_start}", f"RRULE:FREQ=YEARLY;BYMONTH={to_summer}",
             f"TZOFFSETFROM:{winter}", f"TZOFFSETTO:{summer}", f"TZNAME:{summer_name}", "END:DAYLIGHT", "END:VTIMEZONE",
             "BEGIN:VEVENT", f"UID:{one['uid']}", "DTSTAMP:20260101T000000Z", f"DTSTART;TZID={name}:{one['start']}",
             f"DTEND;TZID={name}:{one['end']}", f"SUMMARY:{one['title']}", "STATUS:CONFIRMED",
             "LOCATION:" + one["location"].replace(",", "\\,")]
    if one["notes"]:
        lines.append("DESCRIPTION:" + one["notes"].strip())
    folded = [part for line in lines + ["END:VEVENT", "END:VCALENDAR"] for part in fold(line)]
    return "\r\n".join(folded) + "\r\n"


def fold(line):
    yield line[:75]
    for at in range(75, len(line), 74):
        yield " " + line[at:at + 74]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--vdir", type=pathlib.Path)
    parser.add_argument("--changed", type=int)
    arguments = parser.parse_args()
    changed = arguments.changed is not None
    for number in range(arguments.changed if changed else arguments.count):
        one = event(number, changed)
        if arguments.vdir:
            (arguments.vdir / f"bench-{number:06d}.ics").write_bytes(as_ics(one).encode())
        else:
            print(as_json(one))


if __name__ == "__main__":
    main()
