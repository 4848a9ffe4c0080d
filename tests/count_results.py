#!/usr/bin/env python3
"""Adds up what ctest and its GoogleTest programs did: count_results.py FOLDER.

FOLDER holds ctest.junit and, for each GoogleTest program, NAME.xml. Prints "N passed, N failed, N skipped" as its only
line; ends with 1 when something failed or nothing ran.
"""
import pathlib
import sys
import xml.etree.ElementTree as xml


def cases(program):
    """(passed, failed, skipped) of one GoogleTest program."""
    passed = failed = skipped = 0
    for case in xml.parse(program).getroot().iter("testcase"):
        if case.find("failure") is not None:
            failed += 1
        elif case.get("status") == "notrun" or case.get("result") in ("skipped", "suppressed"):
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def count(folder):
    total = [0, 0, 0]
    for test in xml.parse(folder / "ctest.junit").getroot().iter("testcase"):
        status = test.get("status")
        program = folder / f"{test.get('name')}.xml"
        if program.exists() and program.stat().st_size:
            found = list(cases(program))
            # A program that died after its report, or that a time-out stopped, must not look green.
            if status == "fail" and found[1] == 0:
                found[1] = 1
        else:
            found = [int(status == "run"), int(status == "fail"), int(status not in ("run", "fail"))]
        total = [a + b for a, b in zip(total, found)]
    return total


def main():
    folder = pathlib.Path(sys.argv[1])
    # Without its summary ctest was ended from outside: one failure, whatever had passed until then.
    passed, failed, skipped = count(folder) if (folder / "ctest.junit").exists() else (0, 1, 0)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
