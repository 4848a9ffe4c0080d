#!/usr/bin/env python3
"""Holds the include direction of the house (README.md, "Where things are"): include_direction.py ROOT.

Every quoted or angled include of engine/, connectors/ and app/ must be allowed for the folder it stands in, and the
libraries that one folder owns (SQL, time zones, TLS) may be included there only. Prints file:line: reason for each
breach and ends with 1.
"""
import pathlib
import re
import sys

# Folder -> folders whose headers it may include, besides its own and the public ones.
BASE = ["engine/base"]
MODEL = BASE + ["engine/model"]
TIME = MODEL + ["engine/time"]
MAPPING = TIME + ["engine/mapping"]
PROVIDER = TIME + ["connectors/http", "connectors/auth", "connectors/ical"]
ALLOWED = {
    "engine/include": [],
    "engine/base": [],
    "engine/model": BASE,
    "engine/time": MODEL,
    "engine/mapping": TIME,
    "engine/merge": TIME,
    "engine/config": MAPPING,
    "engine/store": MODEL,
    "engine/sync": MAPPING + ["engine/config", "engine/merge", "engine/store"],
    "connectors/include": [],
    "connectors/http": TIME,
    "connectors/auth": TIME + ["connectors/http"],
    "connectors/ical": TIME,
    "connectors/caldav": PROVIDER,
    "connectors/ics": PROVIDER,
    "connectors/google": PROVIDER,
    "connectors/outlook": PROVIDER,
    "connectors/emulators": PROVIDER,
    "connectors/notion": PROVIDER,
    "connectors/emulators": TIME + ["connectors/http"],
    "connectors": ["connectors/"],
    "app": ["engine/", "connectors/", "app/"],
}
# Library -> the folders (or files) that may include it.
OWNED = {
    r"SQLiteCpp/|sqlite3\.h": ["engine/store/"],
    r"date/": ["engine/time/"],
    r"openssl/": ["engine/base/hash.cpp", "connectors/http/", "connectors/auth/", "connectors/emulators/"],
    r"curl/": ["connectors/http/"],
    r"pugixml\.hpp": ["connectors/caldav/"],
    r"CLI/": ["app/"],
    r"toml\+\+/|toml\.hpp": ["engine/config/", "engine/mapping/"],
}
HEAVY = r"httplib\.h|CLI/|toml\+\+/|toml\.hpp|nlohmann/|simdjson\.h|pugixml\.hpp|curl/"
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def folder_of(path):
    """The longest folder of ALLOWED that holds this path (relative to the root)."""
    parts = path.split("/")[:-1]
    while parts and "/".join(parts) not in ALLOWED:
        parts.pop()
    return "/".join(parts)


def breaches_of_line(path, quote, included):
    folder = folder_of(path)
    if quote == '"':
        allowed = [folder + "/"] + ALLOWED[folder]
        if "/" not in included:
            yield f'"{included}": includes are written from the root'
        elif not any((included + "/").startswith(one.rstrip("/") + "/") for one in allowed):
            yield f"{folder} must not include {included}"
    if included == "fasti/connectors.hpp" and not path.startswith(("connectors/", "app/")):
        yield f"{folder} must not know the connectors"
    for library, owners in OWNED.items():
        if quote == "<" and re.match(library, included) and not path.startswith(tuple(owners)):
            yield f"<{included}> belongs to {' and '.join(owners)} only"
    if path.endswith((".hpp", ".h")) and quote == "<" and re.match(HEAVY, included):
        yield f"<{included}> is heavy: include it in a .cpp file"


def breaches(root):
    for top in ("engine", "connectors", "app"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".cpp", ".hpp", ".h"):
                continue
            path = file.relative_to(root).as_posix()
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                for reason in breaches_of_line(path, *match.groups()) if match else ():
                    yield f"{path}:{number}: {reason}"


def main():
    found = list(breaches(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "every include runs the right way")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
