"""What stands in the bytes of a DuckDB file, its log and whatever else lies beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

FRAME = re.compile(re.escape(b"\x28\xb5\x2f\xfd"))  # how what zstd has packed begins


def found_in(path: Path, text: str) -> list[str]:
    """The files of the warehouse in which the text stands, plain or packed."""
    beside = sorted(path.parent.glob(f"{path.name}*"))
    return [file.name for file in beside if any(text.encode() in data for data in _read(file))]


def _read(file: Path) -> Iterator[bytes]:
    data = file.read_bytes()
    yield data
    for frame in FRAME.finditer(data):
        yield _unpacked(data[frame.start() :])


def _unpacked(data: bytes) -> bytes:
    """As much of it as is a frame: what follows it is none, and fails the reading it falls into."""
    got = b""
    stream = pa.CompressedInputStream(pa.BufferReader(data), "zstd")
    try:
        while part := stream.read(1):
            got += part
    except (OSError, pa.ArrowException):
        pass
    return got
