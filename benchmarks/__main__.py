"""`make bench`: every benchmark, one table after the other."""

import subprocess
import sys

COMMANDS = (
    ("Sources and warehouse alone", ["benchmarks.load"]),
    ("Against real limits", ["benchmarks.limits"]),
    ("Against real limits, long property lists", ["benchmarks.limits", "--long"]),
    ("Runs of hubspot_job", ["benchmarks.runs"]),
    ("Other sources", ["benchmarks.sources"]),
    ("Linking names", ["benchmarks.matching"]),
)

for title, (module, *options) in COMMANDS:
    print(f"\n{title} (python -m {' '.join([module, *options])})\n", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", module, *options], check=False, stderr=subprocess.DEVNULL
    )
    if done.returncode:
        sys.exit(f"{module} failed; run it alone to see why")
