"""What must not leave the process: secrets, and characters that command a terminal.

Whoever learns of a secret (settings that are loaded, a login that is granted a token) calls `protect`;
whoever makes a message for people calls `redacted`, or `told` for what a vendor said. Errors of ours
(`SafeError`) and, from the first secret on, log records and uncaught errors are redacted by
themselves. A vendor may repeat what it was sent, in any of the forms that a secret travels in, and
cut it short.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from types import TracebackType
from typing import Any
from urllib.parse import quote, quote_plus, unquote

HIDDEN = "***"
# A shorter secret may be an ordinary word, and is looked for as a whole word alone.
WORD = 8
# So much of a longer one is still it: a vendor's own limit may have cut it.
PIECE = 16
TOLD = 300

# Escape sequences, the C1 controls and the marks that force a direction of writing. A line end
# and a tab stay.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
# A signed token (JWT) shows itself.
_SIGNED = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*")
_SECRET_NAME = re.compile(r"(?i)pass|pwd|secret|token|key|sig")


class SafeError(Exception):
    """An error of ours: its message may be shown, logged and stored."""

    def __init__(self, message: str = "") -> None:
        super().__init__(redacted(message))


@dataclass(frozen=True, slots=True)
class _Index:
    """`pieces`: any eight characters of a form → the forms that hold them, and where; `words`: the
    short ones."""

    secrets: frozenset[str] = frozenset()
    pieces: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    words: re.Pattern[str] | None = None


_index = _Index()
_lock = threading.Lock()


def protect(*secrets: str | None) -> None:
    """From now on `redacted` removes these, whatever form they are in. Empty ones are none."""
    global _index
    with _lock:
        known = _index.secrets.union(filter(None, secrets))
        if known != _index.secrets:
            _index = _indexed(known)
            _guard_process()


def protect_address(address: str | None) -> None:
    """The passwords of an address, however it may be read: an `@` in a password that is not written
    as %40 has one reader take its tail for the host."""
    _, _, rest = (address or "").partition("://")
    before, _, query = rest.partition("?")
    _, colon, after = (before if "@" in before else rest).partition(":")
    if colon and "@" in after:
        whole, first = after.rpartition("@")[0], after.partition("@")[0]
        tail = whole[len(first) + 1 :]
        protect(whole, first, tail, *map(unquote, (whole, first, tail)))
    for name, value in re.findall(r"([^&;=]+)=([^&;]*)", f"{query};{unquote(query)}"):
        if _SECRET_NAME.search(name):
            protect(value, unquote(value))


def forget() -> None:
    """Nothing is a secret any more: tests begin anew."""
    global _index
    with _lock:
        _index = _Index()


def redacted(text: str) -> str:
    """The text without secrets, and without characters that would command a terminal."""
    return harmless(without_secrets(text))


def told(said: object, limit: int = TOLD) -> str:
    """What a vendor said, for a message: redacted, then cut, in one line."""
    return " ".join(redacted(str(said)).split())[:limit]


def harmless(text: str) -> str:
    """Control characters as they are written in code, which shows them and does nothing."""
    return _COMMANDS.sub(lambda found: ascii(found[0])[1:-1], text.replace("\r\n", "\n"))


def without_secrets(text: str) -> str:
    """Each secret becomes three stars; so does what is left of one that was cut."""
    index, text = _index, _SIGNED.sub(HIDDEN, text)
    spans = sorted(_spans(text, index)) if index.pieces else ()
    if spans:
        kept, end = [], 0
        for start, stop in spans:
            if start >= end:
                kept += [text[end:start], HIDDEN]
            end = max(end, stop)
        text = "".join((*kept, text[end:]))
    return index.words.sub(HIDDEN, text) if index.words else text


def _spans(text: str, index: _Index) -> Iterator[tuple[int, int]]:
    """Where in the text a form of a secret is, or enough of one."""
    done = 0
    for at in range(len(text) - WORD + 1):
        for form, offset in index.pieces.get(text[at : at + WORD], ()):
            if at + WORD <= done:
                break
            stop = at + WORD
            while (here := offset + stop - at) < len(form) and text[stop : stop + 1] == form[here]:
                stop += 1
            # Pieces are looked for from left to right: what is before this one was no match.
            if stop - at >= min(len(form), max(WORD, min(PIECE, len(form) * 2 // 3))):
                yield at, stop
                done = max(done, stop)


def _indexed(secrets: frozenset[str]) -> _Index:
    pieces: dict[str, list[tuple[str, int]]] = {}
    words: set[str] = set()
    for secret in secrets:
        forms = _forms(secret)
        if len(secret) < WORD:
            words |= forms
            continue
        for form in forms | _within_base64(secret):
            for offset in range(len(form) - WORD + 1):
                pieces.setdefault(form[offset : offset + WORD], []).append((form, offset))
    longest = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    pattern = re.compile(rf"(?<!\w)(?:{longest})(?!\w)") if words else None
    return _Index(secrets, pieces, pattern)


def _forms(secret: str) -> set[str]:
    """As it is; as a URL, JSON, XML and Python write it; and in base64."""
    urls = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    urls |= {re.sub(r"%..", lambda code: code[0].lower(), url) for url in urls}
    texts = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    texts |= {text.replace("/", r"\/") for text in texts}
    marked = escape(secret)
    marked_up = {escape(secret, quote=False), marked, marked.replace("&#x27;", "&#39;")}
    marked_up |= {marked.replace("&#x27;", "&apos;")}
    raw = secret.encode("utf-8", "surrogatepass")
    encoded = {b64encode(raw).decode(), urlsafe_b64encode(raw).decode()}
    encoded |= {code.rstrip("=") for code in encoded}
    return {secret, repr(secret)[1:-1], *urls, *map(quote_plus, urls), *texts, *marked_up, *encoded}


def _within_base64(secret: str) -> set[str]:
    """What it is in the base64 of something that holds it, such as `user:password`: three forms, by
    how many bytes come before, without the ends that depend on the neighbours."""
    raw, found = secret.encode("utf-8", "surrogatepass"), set()
    for before in range(3):
        code = b64encode(bytes(before) + raw).decode()
        core = code[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        found |= {core, core.translate(str.maketrans("+/", "-_"))}
    return found


# -- what is said without asking here first ----------------------------------------------------------


def safe_copy(error: BaseException) -> BaseException:
    """The error as it is; where its text or that of what led to it holds a secret, one that reads
    alike without it."""
    said = "".join(traceback.format_exception(error))
    return error if said == redacted(said) else _copied(error, set())


def _copied(error: BaseException, seen: set[int]) -> BaseException:
    seen.add(id(error))
    kind = type(type(error).__name__, (Exception,), {"__module__": type(error).__module__})
    copy: BaseException = kind(redacted(str(error))).with_traceback(error.__traceback__)
    for before in ("__cause__", "__context__"):
        led = getattr(error, before)
        if led is not None and id(led) not in seen:
            setattr(copy, before, _copied(led, seen))
    copy.__suppress_context__ = error.__suppress_context__
    return copy


def _guard_process() -> None:
    """Log records of every logger, and errors that nobody caught."""
    if not isinstance(logging.getLogRecordFactory(), _Records):
        logging.setLogRecordFactory(_Records(logging.getLogRecordFactory()))
        threading.excepthook = _uncaught_in_thread
    if not isinstance(sys.excepthook, _Uncaught):
        sys.excepthook = _Uncaught(sys.excepthook)


@dataclass(frozen=True, slots=True)
class _Records:
    """Makes log records without secrets, whoever formats them and wherever they go."""

    make: Callable[..., logging.LogRecord]

    def __call__(self, *given: Any, **extra: Any) -> logging.LogRecord:
        record = self.make(*given, **extra)
        try:
            said = record.getMessage()
        except Exception:  # noqa: BLE001 - the handler reports that message and arguments differ
            return record
        if (clean := redacted(said)) != said:
            record.msg, record.args = clean, ()
        if record.exc_info and record.exc_info[1] is not None:
            error = safe_copy(record.exc_info[1])
            record.exc_info = type(error), error, error.__traceback__
        return record


@dataclass(frozen=True, slots=True)
class _Uncaught:
    show: Callable[..., Any]

    def __call__(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        safe = safe_copy(error)
        self.show(kind if safe is error else type(safe), safe, trace)


def _uncaught_in_thread(given: threading.ExceptHookArgs) -> None:
    error = safe_copy(given.exc_value) if given.exc_value else None
    kind = type(error) if error else given.exc_type
    threading.__excepthook__(
        threading.ExceptHookArgs((kind, error, given.exc_traceback, given.thread))
    )
