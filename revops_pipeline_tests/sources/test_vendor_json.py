"""What a vendor sent is what is stored, whatever legal JSON it is."""

from __future__ import annotations

import json
import math
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revops_pipeline.sources.vendor_json import Unreadable, dumps, loads, parse

TEXTS = st.text() | st.text(st.characters(exclude_categories=()))
NUMBERS = st.integers() | st.integers(-(10**60), 10**60) | st.floats(allow_nan=False)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def has_half(value: Any) -> bool:
    return any(0xD800 <= ord(sign) <= 0xDFFF for sign in json.dumps(value, ensure_ascii=False))


@given(DOCUMENTS.filter(lambda d: not has_half(d)), st.booleans(), st.sampled_from([None, 1]))
def test_any_legal_json_is_stored_as_it_was_sent(
    document: Any, escaped: bool, indent: int | None
) -> None:
    sent = json.dumps(document, ensure_ascii=escaped, indent=indent).encode()
    sent = sent.replace(b"Infinity", b"1e999")
    stored = dumps(loads(sent))
    assert json.loads(stored) == json.loads(sent)
    assert dumps(loads(stored)) == stored


@given(st.lists(st.text(st.characters(exclude_categories=())), min_size=1))
def test_half_an_emoji_becomes_one_replacement_character_and_nothing_else_changes(
    texts: list[str],
) -> None:
    sent = json.dumps(texts).encode()
    read = parse(sent)
    # As Python pairs them: two halves side by side are a whole.
    paired = json.loads(sent)
    expected = ["".join("�" if "\ud800" <= s <= "\udfff" else s for s in t) for t in paired]
    assert read.value == expected
    assert read.mended == (expected != paired)
    assert orjson.loads(dumps(read.value)) == expected


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (rb'{"note": "call \ud83d", "\udc00": [{"a": "\ud83d"}]}', '{"note":"call �","�":[{"a":"�"}]}'),
        (rb'["\ud83d\ude00", "\\ud83d"]', r'["😀","\\ud83d"]'),
        (b'["\xed\xa0\xbd\xed\xb8\x80", "\xed\xa0\xbd"]', '["😀","�"]'),
        (b'[9223372036854775807, 18446744073709551616]', "[9223372036854775807,18446744073709551616]"),
        (b'{"b":-9223372036854775809,"a":1}', '{"a":1,"b":-9223372036854775809}'),
        (b"[" + b"7" * 5000 + b",-1e400]", "[" + "7" * 5000 + ",-1e400]"),
        (b'["a\x01\tb\n"]', r'["a\u0001\tb\n"]'),
        (b"\xef\xbb\xbf[1]", "[1]"),
        (b'[NaN, -Infinity, "NaN"]', '["NaN","-Infinity","NaN"]'),
        (b"[" * 400 + b"18446744073709551616" + b"]" * 400, "[" * 400 + "18446744073709551616" + "]" * 400),
    ],
)  # fmt: skip
def test_what_a_strict_reader_refuses_or_rounds_is_kept(sent: bytes, stored: str) -> None:
    assert dumps(loads(sent)).decode() == stored


def test_a_number_beyond_a_double_still_counts_as_a_number() -> None:
    assert math.isinf(loads(b"[1e400]")[0])


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"a": 1', b'"\xff"', b"[" * 100_000, b'{"a":' * 100_000, b"[1,]", b"\x00"],
)
def test_what_is_no_json_or_too_deep_is_one_kind_of_error(body: bytes) -> None:
    with pytest.raises(Unreadable):
        loads(body)
