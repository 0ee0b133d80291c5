"""What `make audit` makes in build/audit: an SBOM (CycloneDX) and a list of licences of what the
project needs, and what is known of weaknesses in it. Runs in .venv-audit.

Exit 1 for a known weakness, or for a package of which nothing could be asked while of others it
could. Where the advisories cannot be reached at all that is said, and is no failure unless
AUDIT_REQUIRED is set, as it is in continuous integration.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN, OUT = Path(sys.executable).parent, ROOT / "build" / "audit"
LOCK = ROOT / "requirements" / "snowflake.lock"  # the app's packages and Snowflake's


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def make_sbom() -> None:
    made = run(
        *(str(BIN / "cyclonedx-py"), "requirements", "--pyproject", "pyproject.toml"),
        *("--output-reproducible", "-o", str(OUT / "sbom.cdx.json"), str(LOCK)),
    )
    if made.returncode:
        sys.exit(f"no SBOM: {made.stderr}")


def list_licences() -> None:
    """Of the locked packages as far as they are installed; those that are not are named."""
    asked = (
        "--python",
        str(ROOT / ".venv" / "bin" / "python"),
        "--format=json",
        "--with-urls",
        "--with-system",
    )
    found = run(str(BIN / "pip-licenses"), *asked)
    if found.returncode:
        sys.exit(f"no licences: {found.stderr}")
    locked = {canonical(name) for name in re.findall(r"(?m)^([\w.-]+)[^=\n]*==", LOCK.read_text())}
    rows = [row for row in json.loads(found.stdout) if canonical(row["Name"]) in locked]
    with (OUT / "licences.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["Name", "Version", "License", "URL"])
        writer.writeheader()
        writer.writerows(rows)
    missing = sorted(locked - {canonical(row["Name"]) for row in rows})
    if missing:
        print(
            f"licences.csv is without {len(missing)} that are not installed: {', '.join(missing)}"
        )


def audit(lock: str) -> bool:
    """Whether nothing speaks against the packages of a lock."""
    path = f"requirements/{lock}.lock"
    asked = ("--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json")
    answer = run(str(BIN / "pip-audit"), *asked, "-r", path)
    try:
        packages = json.loads(answer.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        packages = []
    weak = [p for p in packages if p.get("vulns")]
    unknown = [p["name"] for p in packages if "skip_reason" in p]
    for package in weak:
        ids = ", ".join(v["id"] for v in package["vulns"])
        print(f"{path}: {package['name']} {package['version']}: {ids}")
    if len(unknown) == len(packages):
        print(f"{path}: NOT AUDITED: the advisories could not be reached")
        return not os.environ.get("AUDIT_REQUIRED")
    if unknown:
        print(f"{path}: nothing could be learnt of {', '.join(unknown)}")
    print(
        f"{path}: {len(packages) - len(unknown)} packages audited, {len(weak)} with a known weakness"
    )
    return not weak and not unknown


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    make_sbom()
    list_licences()
    print(f"{OUT.relative_to(ROOT)}/sbom.cdx.json and licences.csv are made")
    sys.exit(0 if all([audit("app"), audit("snowflake")]) else 1)
