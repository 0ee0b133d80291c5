"""What a name says once case, accents, punctuation, legal form and habit are put aside.

Three readings of one name, each wider than the one before; two names are equal at the closest
reading at which they agree:

* `full`: "Acme Inc" = "ACME, Incorporated", and not "Acme Ltd"
* `core`: legal form and share class gone: "Acme Inc" = "Acme Ltd"
* `bare`: "Group", "Holdings", ".com", "the" and "and" gone, and what marks a team of a company:
  "Acme - EU team" = "Acme Holdings plc". Of two registered names, "Acme Group plc" and
  "Acme Limited", this makes a parent and its subsidiary equal: `strategies.ExactName`
  grades that lower

Equality is taken without spaces ("SiriusXM" = "SIRIUS XM"). A record without a name in the sense
of this module equals nothing, not even another one without.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from revops_pipeline.matching import vocabulary as v
from revops_pipeline.matching.everyday import LIGHT


@dataclass(frozen=True, slots=True)
class Name:
    """`full`, `core` and `bare` are compared. `generic`: which words "bare" left out ("group");
    `registered`: whether there was a legal form; `words`: the core's words, for evidence;
    `stem`: the words of "bare"; `heavy`: those that weigh, without "of", "de" and the like."""

    full: str
    core: str
    bare: str
    generic: str
    registered: bool
    words: tuple[str, ...]
    stem: tuple[str, ...]
    heavy: tuple[str, ...]

    @property
    def plain(self) -> bool:
        """Neither legal form nor generic word: how people say a name, not how it is registered."""
        return not self.registered and not self.generic


_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_MARKED_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC")
_APOSTROPHES = re.compile("['’‘`´ʼ\"״׳“”]")
_TAILS = "|".join(v.FILING_TAILS)
_FILED_FORMS = "inc|corp|corporation|co|ltd|limited|plc|lp|llc|sa|nv|ag|trust|[iv]+"
_FILING_TAIL = re.compile(
    rf"(?:\s*/\s*(?:{_TAILS})\s*/|\s+/\s*(?:{_TAILS})"
    rf"|(?<=[\w.])\s*\((?:{_TAILS})\)|(?<= )({_FILED_FORMS})(\.?)\s*/\s*(?:{_TAILS})/?)\s*$"
)
_POSSESSIVE = re.compile(r"['’]s\s+(?=teams?\b)")
_TRADING_AS = re.compile(r"(?<=\s)\(?(?:t/a|d/b/a|f/k/a)\b")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
_REMARK = re.compile(rf" (?:{'|'.join((*v.SECURITIES, *v.OTHER_NAMES))})(?: .*)?$")
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f]+[^\W_]*)*")
_TEAM_TAIL = re.compile(r"\s*(?:\s[-–—:|/]|[,(])\s*[^-–—:|/,()]*\bteams?\)?\s*$")
# Characters. Whatever is longer is text, not a name; some patterns would take long over it.
_LONGEST_NAME = 1_000
_SHORTEST_BARE = 3
# Text of more words is no name; comparing them would take long.
_MOST_WORDS = 24
_LONGEST_FORM = max(len(form.split()) for form in v.LEGAL_SYNONYMS)
_FORM_STARTS = frozenset(form.split()[0] for form in v.LEGAL_SYNONYMS)


def normalise(text: str | None) -> Name | None:
    """The name in its three readings, or None when it says nothing ('', 'Unknown', 'Ltd.')."""
    folded = _fold(text or "")
    full = _read(folded)
    core = _core(full)
    if not core or not v.NO_NAMES.isdisjoint((" ".join(full), " ".join(core))):
        return None
    owner, trunk = full, core
    if "team" in folded:
        owner = _without_team(_read(_TEAM_TAIL.sub("", folded)))
        trunk = _core(owner)
    stem, generic = _bare(trunk)
    if not _content(stem):
        owner, trunk = full, core
        stem, generic = _bare(core)
    stem = _content(stem)
    bare = "".join(stem)
    if not bare:
        return None
    # "Group X" left with one letter would be equal to too much.
    if len(bare) < _SHORTEST_BARE and bare.isascii():
        stem, bare, generic = core, "".join(core), ""
    registered = _content(owner) != _content(trunk)
    heavy = [word for word in stem if word not in LIGHT][:_MOST_WORDS] or stem
    return Name(
        *("".join(full), "".join(core), bare, generic, registered),
        *(tuple(core), tuple(stem), tuple(heavy)),
    )


def core_name(text: str | None) -> str:
    """The words of the core reading, spaced; '' when there is no name."""
    name = normalise(text)
    return " ".join(name.words) if name else ""


def _fold(text: str) -> str:
    """Lower case without accents, legal forms of unspaced scripts and filing tails."""
    text = " ".join(text[:_LONGEST_NAME].split())
    text = text.casefold() if text.isascii() else _fold_unicode(text)
    text = _APOSTROPHES.sub("", _POSSESSIVE.sub(" ", text))
    if "/" in text or "\\" in text or text.endswith(")"):
        text = text.replace("\\", "/")
        while (shorter := _FILING_TAIL.sub(r"\1\2", text)) != text:
            text = shorter
    text = _TRADING_AS.sub(" dba ", text)
    text = _DOTTED.sub(lambda m: m[0].replace(".", ""), text)
    return text.replace("&", " and ").replace("+", " and ")


def _fold_unicode(text: str) -> str:
    # Twice, because a letter can come out of the first round as one that the second still changes.
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
        text = _without_accents(text)
    for form in v.UNSPACED_LEGAL_FORMS:
        text = text.replace(form, " ") if form in text else text
    return text


def _without_accents(text: str) -> str:
    """Marks of other scripts stay: they are vowels there, or another letter (か, が)."""
    kept: list[str] = []
    strip = False
    for char in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(char):
            strip = char.isascii() or unicodedata.name(char, "").startswith(_MARKED_SCRIPTS)
        elif strip:
            continue
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def _read(folded: str) -> list[str]:
    return _one_form(_without_remarks(_words(folded)))


def _words(folded: str) -> list[str]:
    """Words, with abbreviations written out and spaced initials joined ("a o" is "ao")."""
    words: list[str] = []
    initials: list[str] = []
    for word in [*_WORD.findall(folded), ""]:
        if len(word) == 1 and word.isascii() and word.isalpha():
            initials.append(word)
            continue
        if initials:
            joined = v.ABBREVIATIONS.get("".join(initials), "".join(initials))
            # "SMITH A O CORP": registers put a founder's initials behind the name.
            behind = len(words) == 1 and words[0] != "the" and words[0] not in v.LEGAL_BEGINNINGS
            if behind and len(initials) > 1 and joined not in v.LEGAL_ENDINGS:
                words.insert(0, joined)
            else:
                words.append(joined)
            initials = []
        if word:
            words.append(v.ABBREVIATIONS.get(word, word))
    return words


def _one_form(words: list[str]) -> list[str]:
    """Each legal form in its one spelling: "public limited company" is "plc"."""
    if _FORM_STARTS.isdisjoint(words):
        return words
    result: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_FORM, len(words) - at), 0, -1):
            form = v.LEGAL_SYNONYMS.get(" ".join(words[at : at + length]))
            if form:
                result += form.split()
                at += length
                break
        else:
            result.append(words[at])
            at += 1
    return result


def _without_remarks(words: list[str]) -> list[str]:
    """Without what a listing or a register adds: the share class, an earlier name."""
    text = " ".join(words)
    shorter = _REMARK.sub("", text)
    return words if shorter == text else _without_remarks(shorter.split(" "))


def _core(full: list[str]) -> list[str]:
    """Without legal forms at both ends, and without the articles and "and" they leave behind."""
    start, end = 0, len(full)
    while start < end:
        last = full[end - 1]
        if last in v.ONLY_BEHIND_A_FORM and not _closes_a_form(full[start : end - 1]):
            break
        of_s_de_rl = last == "s" and full[end : end + 2] == ["de", "rl"]
        if not of_s_de_rl and last not in v.LEGAL_ENDINGS and last not in ("the", "and"):
            break
        end -= 1
    while start < end and (full[start] in v.LEGAL_BEGINNINGS or full[start] == "the"):
        start += 1
    if end - start == len(full):
        return full
    return _core(_without_remarks(full[start:end]))


def _closes_a_form(words: list[str]) -> bool:
    """Whether a form such as "sa" or "s" stands before, with nothing but "de", "rl" between."""
    for word in reversed(words):
        if word in v.ONLY_BEHIND_A_FORM:
            continue
        return word in v.LEGAL_ENDINGS or word == "s"
    return False


def _bare(core: list[str]) -> tuple[list[str], str]:
    """What is left without the generic words at both ends, and which those were."""
    generic: set[str] = set()
    words = core
    while True:
        if words and words[-1] in v.GENERIC_ENDINGS:
            generic.add(v.GENERIC_ENDINGS[words[-1]])
            words = words[:-1]
        elif len(words) > 1 and words[0] in v.GENERIC_BEGINNINGS:
            generic.add(v.GENERIC_ENDINGS[words[0]])
            words = words[1:]
        else:
            trimmed = _core(words)
            if not trimmed or trimmed == words:
                return words, " ".join(sorted(filter(None, generic)))
            words = trimmed


def _content(words: list[str]) -> list[str]:
    return [word for word in words if word not in ("and", "the")]


def _without_team(words: list[str]) -> list[str]:
    """ "acme eu team" is "acme"; a name that is nothing but such words stays as it is."""
    if not words or words[-1] not in ("team", "teams"):
        return words
    end = len(words) - 1
    while end and words[end - 1] in v.TEAM_WORDS:
        end -= 1
    return words[:end] or words
