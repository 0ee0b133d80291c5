"""Whatever the terminal can show, what a command prints arrives: a good run must not end in an
encoding error."""

from __future__ import annotations

import codecs
import io
import sys

# What our own lines hold beyond ASCII, in the words of a terminal that lacks it.
_PLAIN = {"✓": "ok", "✗": "failed", "→": "->", "…": "...", "–": "-", "’": "'"}
_ERRORS = "revops_plain"


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(c) or ascii(c)[1:-1] for c in lacking), error.end


def prepare_output() -> None:
    """Letters that the terminal's encoding lacks are written as in code, such as \\u0160."""
    codecs.register_error(_ERRORS, _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)
