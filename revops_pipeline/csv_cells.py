"""CSV for people, who open it in a spreadsheet."""

from __future__ import annotations

import re
from typing import Any

# Spreadsheets take text that begins so for a formula, and run it.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?%?")


def cell(value: Any) -> Any:
    """The value as it goes into a CSV file: text that a spreadsheet would run gets an apostrophe
    before it, which makes it text there. Numbers, also those in text, stay as they are."""
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value
