"""Every statement that Snowflake is sent, as a file that people review.

What differs from run to run is replaced: ids and hashes, paths of staged files. What differs from
stream to stream only by the stream's name is kept once, and so are lists that grow with the rows
or the tables. dbt's statements stay as they are, each with the name of its model or test; the
others are the loader's.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

from .emulator import DATABASE

FILE = Path(__file__).with_name("statements.sql")
UPDATE = "UPDATE_GOLDEN"
HOW = f"{UPDATE}=1 python -m pytest -n0 revops_pipeline_tests/snowflake/test_parity.py"

COMMENT = re.compile(r"/\*\s*(\{.*?\})\s*\*/", re.DOTALL)
ID = r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
VARYING = [
    (re.compile(ID), "<id>"),
    (re.compile(r"'file://[^']*'"), "'file://<path>'"),
    (re.compile(r"part_\d+\.parquet"), "<part>.parquet"),
    (re.compile(r"\((\?(?:, \?)*)\)(?:, \(\1\))+"), r"(\1), …"),
    (re.compile(r"\bin \(\?(?:, \?)*\)"), "in (?, …)"),
    (re.compile(r"\bin \('[^']*'(?:, '[^']*')*\)"), "in ('<value>', …)"),
    (
        re.compile(
            r"select '\w+', '\w+', count\(\*\) from [\w.]+"
            r"(?: union all select '\w+', '\w+', count\(\*\) from [\w.]+)*"
        ),
        "select '<schema>', '<table>', count(*) from <schema>.<table> union all …",
    ),
]


def normalised(statements: Iterable[str]) -> dict[str, str]:
    """The statements without what varies, each with who sends it."""
    statements = list(statements)
    streams = raw_streams(statements)
    found: dict[str, str] = {}
    for statement in statements:
        comment = COMMENT.search(statement)
        if comment:
            text = COMMENT.sub("", statement).strip().rstrip(";")
            lines = [line.rstrip() for line in text.splitlines() if line.strip()]
            sender = json.loads(comment[1]).get("node_id") or "dbt"
            found["\n".join(lines)] = str(sender)
        else:
            found[without_variation(statement, streams)] = "the loader"
    return found


def raw_streams(statements: Iterable[str]) -> set[str]:
    """Raw tables that have a history beside them."""
    created = set(re.findall(r"create table if not exists raw\.(\w+)", "\n".join(statements)))
    return {name for name in created if f"{name}_history" in created}


def without_variation(statement: str, streams: set[str]) -> str:
    def stream(match: re.Match[str]) -> str:
        name = match[1]
        if name in streams:
            return "raw.<stream>"
        return "raw.<stream>_history" if name.removesuffix("_history") in streams else match[0]

    text = re.sub(r"\s+", " ", statement).strip()
    for pattern, replacement in VARYING:
        text = pattern.sub(replacement, text)
    for name in streams:
        text = text.replace(f"'{name.partition('_')[2]}'", "'<stream>'")
    return re.sub(r"\braw\.(\w+)", stream, text)


def rendered(found: dict[str, str]) -> str:
    blocks = sorted(f"-- {sender}\n{text}\n;\n" for text, sender in found.items())
    return "\n".join(blocks).replace(DATABASE, "<database>")


def reviewed(statements: Iterable[str]) -> tuple[set[str], set[str]]:
    """What is sent and was never reviewed, and what was reviewed and is sent no more. With the
    variable `UPDATE_GOLDEN` set the file is written instead, for a review of its changes."""
    text = rendered(normalised(statements))
    if os.environ.get(UPDATE):
        FILE.write_text(text)
    sent, known = ({s.strip() for s in t.split("\n;\n")} for t in (text, FILE.read_text()))
    return sent - known, known - sent
