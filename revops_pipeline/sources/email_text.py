"""E-mail addresses in text: as they are compared, and taken out of whatever they stand in.

The same code cleans what is stored when somebody is erased and what comes afterwards, when only a hash
of the address is left: so it asks of each address that a text holds whether it is one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

ERASED = "[erased]"
# Without width or form, from what is pasted; `invisibles()` of our models has the same.
INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061"
    "\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
_UNSEEN = str.maketrans("", "", INVISIBLE)
# As it stands in text, in addresses of web pages, and in HTML.
_AT = re.compile("@|%40|&#64;|&#x40;", re.IGNORECASE)
_DOMAIN = re.compile(rf"[\w\-{INVISIBLE}]+(?:\.[\w\-{INVISIBLE}]+)*")
# What a name may hold; behind the others a name may begin as well: `mail='ann@acme.example'`.
_OF_NAMES = frozenset(".+-_" + INVISIBLE)
_RARE = frozenset("!#$%&'*/=?^`{|}~")
_LEADING = "._-+"
# A name has 64 characters; longer ones, and what is written as `%2B`, are met all the same.
_LONGEST = 300
_PLAIN = re.compile(r"[^@\s]+@[^@\s]+")


def normal(address: str) -> str:
    """As addresses are compared: small letters, nothing around them, nothing in them that cannot be
    seen."""
    return address.translate(_UNSEEN).strip().lower()


def is_address(text: str) -> bool:
    """Whether a text, as `normal` gives it, is one address."""
    return bool(_PLAIN.fullmatch(text))


def cleaned(text: str, erased: Callable[[str], bool]) -> str:
    """The text, or text of a JSON document, with `[erased]` for each address of which `erased` says so;
    it is asked for addresses as `normal` gives them. Longer addresses that hold one are others."""
    parts, done = [], 0
    for at in _AT.finditer(text):
        if at.start() < done:
            continue
        domain = _DOMAIN.match(text, at.end(), at.end() + _LONGEST)
        if domain and (found := _found(text, done, at, domain[0], erased)):
            start, length = found
            parts += [text[done:start], ERASED]
            done = at.end() + length
    return "".join([*parts, text[done:]]) if parts else text


def _found(
    text: str, from_: int, at: re.Match[str], domain: str, erased: Callable[[str], bool]
) -> tuple[int, int] | None:
    """Where the address begins, and the length of its domain."""
    first = at.start()
    while first > max(from_, at.start() - _LONGEST) and _may_be_of_a_name(text[first - 1]):
        first -= 1
    name = text[first : at.start()]
    escaped = first > 0 and text[first - 1] == "\\"
    ends = dict.fromkeys([domain, domain.rstrip("_-")])
    for start in _starts(name, escaped):
        spelled = {name[start:], unquote(name[start:])}
        for end in ends:
            if any(erased(f"{normal(one)}@{normal(end)}") for one in spelled):
                return first + start, len(end)
    return None


def _may_be_of_a_name(char: str) -> bool:
    return char.isalnum() or char in _OF_NAMES or char in _RARE


def _starts(name: str, escaped: bool) -> Iterator[int]:
    """Where in what stands before the @ a name may begin, the longest first. `escaped`: its first
    letters may be those of an escape of JSON (`\\n`, `\\u001f`)."""
    starts = {0} | {i + 1 for i, char in enumerate(name) if char in _RARE}
    starts |= {m.end() for m in re.finditer("%[0-9a-fA-F]{2}", name)}
    if escaped:
        starts |= {1, 5} if name.startswith("u") else {1}
    starts |= {len(name) - len(name[s:].lstrip(_LEADING)) for s in tuple(starts)}
    yield from sorted(s for s in starts if s < len(name))
