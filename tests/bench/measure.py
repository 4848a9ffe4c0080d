#!/usr/bin/env python3
"""measure.py COMMAND...: runs it and prints user+sys CPU seconds, peak memory in MiB and wall seconds; its output goes to
stderr and its exit code is passed on."""
import os
import subprocess
import sys
import time

before = time.monotonic()
child = subprocess.Popen(sys.argv[1:], stdout=sys.stderr, stdin=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
print(f"{usage.ru_utime + usage.ru_stime:.4f} {usage.ru_maxrss / 1024:.1f} {time.monotonic() - before:.3f}")
sys.exit(os.waitstatus_to_exitcode(status))
