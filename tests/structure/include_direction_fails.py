#!/usr/bin/env python3
"""Proves that include_direction.py sees a breach of each sort: one small tree for each, which it must refuse."""
import pathlib
import subprocess
import sys
import tempfile

CHECK = pathlib.Path(__file__).with_name("include_direction.py")
BREACHES = {
    "a connector in the engine": ("engine/sync/a.cpp", '#include "connectors/ical/object.hpp"'),
    "the store in merge": ("engine/merge/a.cpp", '#include "engine/store/store.hpp"'),
    "a log of the app in the model": ("engine/model/a.cpp", '#include "app/session.hpp"'),
    "one connector in another": ("connectors/caldav/a.cpp", '#include "connectors/ics/folder.hpp"'),
    "sync in a connector": ("connectors/ics/a.cpp", '#include "engine/sync/engine.hpp"'),
    "the shipped connectors in the engine": ("engine/sync/a.cpp", "#include <fasti/connectors.hpp>"),
    "SQL outside the store": ("engine/sync/a.cpp", "#include <SQLiteCpp/Database.h>"),
    "the date library outside time": ("connectors/ical/a.cpp", "#include <date/tz.h>"),
    "OpenSSL in another file of base": ("engine/base/id.cpp", "#include <openssl/evp.h>"),
    "a heavy header in a header": ("app/a.hpp", "#include <nlohmann/json.hpp>"),
    "an include not from the root": ("engine/model/a.cpp", '#include "kind.hpp"'),
}
ALLOWED = {
    "the store in sync": ("engine/sync/a.cpp", '#include "engine/store/store.hpp"'),
    "SQL in the store": ("engine/store/sqlite/a.cpp", "#include <SQLiteCpp/Database.h>"),
    "OpenSSL in the hash": ("engine/base/hash.cpp", "#include <openssl/evp.h>"),
    "a connector in the app": ("app/a.cpp", '#include "connectors/ical/object.hpp"'),
    "iCalendar in a connector": ("connectors/ics/a.cpp", '#include "connectors/ical/object.hpp"'),
}


def verdict(path, line):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, path)
        file.parent.mkdir(parents=True)
        file.write_text(line + "\n")
        return subprocess.run([sys.executable, str(CHECK), folder], stdout=subprocess.DEVNULL).returncode


def main():
    wrong = [f"not seen: {name}" for name, case in BREACHES.items() if verdict(*case) != 1]
    wrong += [f"refused: {name}" for name, case in ALLOWED.items() if verdict(*case) != 0]
    print("\n".join(wrong) or f"{len(BREACHES)} breaches seen, {len(ALLOWED)} good includes passed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
