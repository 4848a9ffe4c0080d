#!/usr/bin/env python3
"""Derives the four CSV files of this folder from openfootball's worldcup.json (see README.md).

usage: derive.py FOLDER_OF_THE_SOURCE [OUTPUT_FOLDER]

Refuses to write anything when a kick-off's UTC offset in the source differs from the one that the venue's IANA
zone has at that moment.
"""
import csv
import datetime
import json
import pathlib
import re
import sys
import unicodedata
import zoneinfo

# Each host city's own zone: several share an offset in June 2026 and differ at other times of the year or in history.
# Mexico gave up summer time in 2022 except along the border, where none of the venues lies.
ZONES = {
    "Atlanta": "America/New_York",
    "Boston (Foxborough)": "America/New_York",
    "Dallas (Arlington)": "America/Chicago",
    "Guadalajara (Zapopan)": "America/Mexico_City",
    "Houston": "America/Chicago",
    "Kansas City": "America/Chicago",
    "Los Angeles (Inglewood)": "America/Los_Angeles",
    "Mexico City": "America/Mexico_City",
    "Miami (Miami Gardens)": "America/New_York",
    "Monterrey (Guadalupe)": "America/Monterrey",
    "New York/New Jersey (East Rutherford)": "America/New_York",
    "Philadelphia": "America/New_York",
    "San Francisco Bay Area (Santa Clara)": "America/Los_Angeles",
    "Seattle": "America/Los_Angeles",
    "Toronto": "America/Toronto",
    "Vancouver": "America/Vancouver",
}
COUNTRIES = {"ca": "Canada", "mx": "Mexico", "us": "United States"}
SCHEDULE = {"id": "wc2026", "name": "World Cup 2026", "start": "2026-06-11", "end": "2026-07-19"}


def slug(text):
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "").lower()).strip("-")


def degrees(text):
    """'49°16'36"N' or '37.403°N' as decimal degrees with four digits."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)°(?:(\d+)'(?:(\d+(?:\.\d+)?)\")?)?([NSEW])", text)
    value = float(match[1]) + float(match[2] or 0) / 60 + float(match[3] or 0) / 3600
    return f"{-value if match[4] in 'SW' else value:.4f}"


def kickoff(match):
    """Local start, after comparing the source's offset with the zone's."""
    clock, offset = re.fullmatch(r"(\d\d:\d\d) UTC([+-]\d+)", match["time"]).groups()
    local = datetime.datetime.fromisoformat(f"{match['date']}T{clock}")
    zone = zoneinfo.ZoneInfo(ZONES[match["ground"]])
    actual = local.replace(tzinfo=zone).utcoffset()
    if actual != datetime.timedelta(hours=int(offset)):
        sys.exit(f"{match['date']} {match['ground']}: the source says UTC{offset}, {zone} has {actual}")
    return local


def read(folder):
    load = lambda name: json.loads((folder / name).read_text(encoding="utf-8"))
    return load("worldcup.json")["matches"], load("worldcup.stadiums.json")["stadiums"], load("worldcup.teams.json")


def venue_rows(stadiums):
    for stadium in sorted(stadiums, key=lambda s: slug(s["name"])):
        latitude, longitude = stadium["coords"].split(" ")
        yield {
            "id": slug(stadium["name"]),
            "name": stadium["name"],
            "zone": ZONES[stadium["city"]],
            "city": stadium["city"],
            "country": COUNTRIES[stadium["cc"]],
            "capacity": stadium["capacity"],
            "geo": f"{degrees(latitude)},{degrees(longitude)}",
        }


def team_rows(teams):
    for team in sorted(teams, key=lambda t: t["fifa_code"]):
        yield {
            "id": team["fifa_code"].lower(),
            "name": team["name"],
            "code": team["fifa_code"],
            "slug": slug(team["name"]),
            "group": team["group"],
            "notes": team["confed"],
        }


def booking_rows(matches, stadiums):
    venues = {s["city"]: slug(s["name"]) for s in stadiums}
    # Group matches have no number in the source: they are counted in the order of their kick-off, the knock-out
    # matches keep the organiser's 73 to 104.
    order = sorted(matches, key=lambda m: (m.get("num", 0), utc(m), m["ground"]))
    for number, match in enumerate(order, 1):
        if match.get("num", number) != number:
            sys.exit(f"match {match['num']} of the source would become {number}")
        start = kickoff(match)
        round_ = match.get("group") or match["round"]
        matchday = f", {match['round'].lower()}" if "group" in match else ""
        yield {
            "code": f"M{number:03d}",
            "title": f"{match['team1']} - {match['team2']}",
            "start": start.isoformat(),
            "end": (start + datetime.timedelta(hours=2)).isoformat(),
            "zone": ZONES[match["ground"]],
            "venue": venues[match["ground"]],
            "schedule": SCHEDULE["id"],
            "status": "confirmed",
            "categories": f"World Cup 2026;{round_}",
            "notes": f"Match {number} of 104{matchday}",
        }


def utc(match):
    return kickoff(match).replace(tzinfo=zoneinfo.ZoneInfo(ZONES[match["ground"]])).astimezone(datetime.timezone.utc)


def write(path, rows):
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{path.name}: {len(rows)}")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__.strip().splitlines()[2])
    out = pathlib.Path(sys.argv[2] if len(sys.argv) == 3 else pathlib.Path(__file__).parent)
    matches, stadiums, teams = read(pathlib.Path(sys.argv[1]))
    bookings = list(booking_rows(matches, stadiums))
    write(out / "venues.csv", venue_rows(stadiums))
    write(out / "teams.csv", team_rows(teams))
    write(out / "schedule.csv", [SCHEDULE])
    write(out / "bookings.csv", bookings)


if __name__ == "__main__":
    main()
