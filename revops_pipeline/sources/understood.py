"""Answers of another form than a vendor documents."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from revops_pipeline.sources.stream import TransientError

_log = logging.getLogger(__name__)
# What code trips over in what it does not know.
_UNEXPECTED = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


@contextmanager
def understood(what: str) -> Iterator[None]:
    """What vendors send need not have the form that they document: a list where an object was, a
    number for a name, nothing. Whatever stumbles over that inside becomes a TransientError that
    names it; where it stumbled is in the log at level debug."""
    try:
        yield
    except _UNEXPECTED as error:
        _log.debug("%s is not of the documented form", what, exc_info=True)
        raise TransientError(
            f"{what} is not of the form that is documented ({type(error).__name__}); it is not "
            "taken for an answer, and tried again"
        ) from None
