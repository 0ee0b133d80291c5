"""Ids as text, however a vendor counts them."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

_WHOLE = re.compile(r"([+-]?[0-9]+)[.]0+")


def id_text(value: Any) -> str:
    """42, 42.0 and "42" are one id, for a column of numbers that has a gap comes out of many tools
    as floating point. The macro `to_id` does the same to what is stored."""
    if isinstance(value, (float, Decimal)) and math.isfinite(value) and value == int(value):
        return str(int(value))
    text = plain(value).strip()
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def plain(value: Any) -> str:
    """As text what JSON has no form for; bytes as hexadecimal digits."""
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else str(value)
