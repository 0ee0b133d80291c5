"""JSON as vendors send it, read and written without a loss.

orjson does nearly all of it. What it refuses or rounds is read by Python's own `json` instead: half
of an emoji (`\\ud83d` alone is legal, and what a text cut in the middle ends with), whole numbers of
more than 64 bits, numbers beyond a double, control characters that a server forgot to escape, a byte
order mark. One thing cannot be stored as it was sent: half an emoji is no character of any text, so
U+FFFD takes its place, and `Parsed.mended` says so. NaN and the infinities, which are no JSON, become
the text that was sent, for the rejects to name.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import orjson

_HALF = re.compile("[\ud800-\udfff]")
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
# The smallest number that 64 bits do not hold has 19 digits. So it has four of every fourth byte,
# which no time does: there, a sign stands between.
_MANY, _STEP, _ROW = b"0" * 19, 4, b"0" * 4
_BEFORE_NUMBERS = b":,[ \t\r\n"
_INT_DIGITS = 4_000  # Python refuses to turn more of them into a number
_BITS_64 = range(-(2**63), 2**64)


class Unreadable(ValueError):
    """What is no JSON, or nested deeper than any record is."""


class _Sent(float):
    """A number beyond what Python computes with, and its digits as they were sent."""

    text: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document; `mended`: half an emoji in it was replaced."""

    value: Any
    mended: bool = False


def loads(body: bytes) -> Any:
    """The document. Raises Unreadable."""
    return parse(body).value


def parse(body: bytes) -> Parsed:
    """The same, and whether it had to be mended."""
    try:
        if not _large(body):
            return Parsed(orjson.loads(body))
    except orjson.JSONDecodeError:
        pass
    try:
        value = json.loads(
            body, strict=False, parse_int=_whole, parse_float=_fraction, parse_constant=str
        )
    except ValueError as error:
        raise Unreadable(str(error)) from None
    except RecursionError:
        raise Unreadable("nested too deep") from None
    return _mended(value)


def _large(body: bytes) -> bool:
    """Whether there may be a number that orjson would round, at a tenth of the price of reading."""
    if _ROW not in body[::_STEP].translate(_DIGITS):
        return False
    digits, at = body.translate(_DIGITS), 0
    while (at := digits.find(_MANY, at)) >= 0:
        start = at - 1 if body[at - 1 : at] == b"-" else at
        if start == 0 or body[start - 1] in _BEFORE_NUMBERS:
            return True
        at += len(_MANY)
        while digits[at : at + 1] == b"0":  # to the end of what is no number
            at += 1
    return False


def dumps(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, so that equal values have equal bytes. Raises
    Unreadable for what is nested too deep."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        pass
    try:
        plain = _written(value)
        try:
            return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
        except TypeError:  # nested deeper than orjson writes
            text = json.dumps(
                value,
                sort_keys=True,
                ensure_ascii=False,
                allow_nan=False,
                separators=(",", ":"),
            )
            return whole_text(text).encode()
    except (RecursionError, ValueError):
        raise Unreadable("nested too deep") from None


def whole_text(text: str) -> str:
    """The text with U+FFFD for each half of an emoji that has no other half beside it."""
    if not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < _INT_DIGITS else _sent(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    return _sent(digits) if number in (float("inf"), float("-inf")) else number


def _sent(digits: str) -> _Sent:
    number = _Sent("-inf" if digits.startswith("-") else "inf")
    number.text = digits
    return number


def _mended(value: Any) -> Parsed:
    try:
        whole = _without_halves(value)
    except RecursionError:
        raise Unreadable("nested too deep") from None
    return Parsed(whole, mended=whole is not value)


def _without_halves(value: Any) -> Any:
    """The value itself where there is nothing to mend."""
    if isinstance(value, str):
        return whole_text(value)
    if isinstance(value, list):
        parts = [_without_halves(part) for part in value]
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    if isinstance(value, dict):
        named = {_without_halves(n): _without_halves(part) for n, part in value.items()}
        same = all(
            a is b and c is d for (a, c), (b, d) in zip(named.items(), value.items(), strict=False)
        )
        return value if same and len(named) == len(value) else named
    return value


def _written(value: Any) -> Any:
    """The value with what orjson does not write as what it does."""
    if isinstance(value, str):
        return whole_text(value)
    if isinstance(value, _Sent):
        return orjson.Fragment(value.text)
    if isinstance(value, int) and value not in _BITS_64:
        return orjson.Fragment(str(value))
    if isinstance(value, list | tuple):
        return [_written(part) for part in value]
    if isinstance(value, dict):
        return {whole_text(n): _written(part) for n, part in value.items()}
    return value
