"""Rates of currencies, from a CSV file that people keep."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

COLUMNS = ("currency", "valid_from", "rate")
CODE = r"^\s*[A-Za-z]{3}\s*$"
# What the warehouse keeps of a rate: decimal(18, 10).
_FRACTION, _CEILING = Decimal("1e-10"), Decimal("1e8")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"\d+(\.\d*)?|\.\d+")


class RatesError(ValueError):
    """A file of rates that cannot be used; the message names the row and what is wrong with it."""


class Rate(NamedTuple):
    """From `valid_from` on, one unit of the currency is worth `rate` units of the reporting
    currency."""

    currency: str
    valid_from: date
    rate: Decimal


def read_rates(path: Path) -> list[Rate]:
    """The rates of a file, in order. Raises RatesError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return sorted(_rates(csv.reader(file)))
    except OSError as error:
        raise RatesError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RatesError(f"{path} is not in UTF-8: save it as CSV UTF-8") from None
    except csv.Error as error:
        raise RatesError(f"{path} is no CSV file: {error}") from None
    except RatesError as error:
        raise RatesError(f"{path}: {error}") from None


def _rates(rows: Iterator[list[str]]) -> Iterator[Rate]:
    header = [name.strip().lower() for name in next(rows, [])]
    if missing := [name for name in COLUMNS if name not in header]:
        raise RatesError(
            f"the first row names no column {' nor '.join(missing)}; it has to be "
            f"{','.join(COLUMNS)}, with commas between the cells"
        )
    places = [header.index(name) for name in COLUMNS]
    seen: dict[tuple[str, date], int] = {}
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise RatesError(
                f"row {number} has {len(row)} cells, the first row {len(header)}; a rate is written "
                "with a point, such as 1.08"
            )
        currency, valid_from, written = (row[place].strip() for place in places)
        rate = _rate(currency, valid_from, written, number)
        first = seen.setdefault(rate[:2], number)
        if first != number:
            raise RatesError(
                f"row {number} gives {rate.currency} from {rate.valid_from} a second rate; the first "
                f"is in row {first}"
            )
        yield rate


def _rate(currency: str, valid_from: str, rate: str, row: int) -> Rate:
    if not re.fullmatch(CODE, currency, re.ASCII):
        raise RatesError(f"row {row}: {currency!r} is no currency code, such as EUR")
    try:
        day = date.fromisoformat(valid_from) if _DATE.fullmatch(valid_from) else None
    except ValueError:
        day = None
    if day is None:
        raise RatesError(f"row {row}: {valid_from!r} is no date, such as 2026-01-31")
    if not _NUMBER.fullmatch(rate) or not rate.isascii():
        raise RatesError(f"row {row}: {rate!r} is no rate, such as 1.08")
    value = Decimal(rate).quantize(_FRACTION) if len(rate) < 40 else _CEILING
    if not 0 < value < _CEILING:
        raise RatesError(
            f"row {row}: the rate {rate} is not between {_FRACTION:f} and {_CEILING:f}"
        )
    return Rate(currency.upper(), day, value)
