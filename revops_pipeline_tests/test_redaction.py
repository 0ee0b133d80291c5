"""Nothing that leaves the process holds a secret or commands a terminal."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revops_pipeline import redaction
from revops_pipeline.redaction import protect, protect_address, redacted, told

TOKEN = "pat-na1/3f?c+9é\"'<&>\\0b-4d1e"
ENCODINGS = {
    "plain": str,
    "url": quote,
    "url without a safe character": lambda s: quote(s, safe=""),
    "form": quote_plus,
    "url in lower case": lambda s: quote_plus(s).replace("%C3%A9", "%c3%a9"),
    "url twice": lambda s: quote_plus(quote_plus(s)),
    "json": lambda s: json.dumps(s)[1:-1],
    "json with its own letters": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "xml": lambda s: escape(s, quote=False),
    "xml attribute": escape,
    "python": lambda s: repr(s)[1:-1],
    "base64": lambda s: b64encode(s.encode()).decode(),
    "base64 of a URL": lambda s: urlsafe_b64encode(s.encode()).decode().rstrip("="),
    **{
        f"base64 behind {name!r}": lambda s, name=name: b64encode(f"{name}:{s}".encode()).decode()
        for name in ("a", "an", "ann")
    },
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_secret_is_hidden_in_every_form_that_it_travels_in(encoding: str) -> None:
    protect(TOKEN)
    sent = ENCODINGS[encoding](TOKEN)
    said = redacted(f"you sent ({sent}), which is wrong")
    assert said.startswith("you sent (")
    assert said.endswith("), which is wrong")
    assert "***" in said
    assert not any(sent[i : i + 8] in said for i in range(len(sent) - 7))


@given(st.text(min_size=8, max_size=40), st.text(max_size=20), st.sampled_from(sorted(ENCODINGS)))
def test_any_secret_is_hidden_among_any_text(secret: str, around: str, encoding: str) -> None:
    redaction.forget()
    protect(secret)
    try:
        sent = ENCODINGS[encoding](secret)
    except UnicodeEncodeError:
        return  # half a character: no header and no address can carry it
    assert sent not in redacted(f"{around} {sent} {around}")


def test_a_short_secret_is_hidden_as_a_whole_word_only() -> None:
    protect("deal")
    assert redacted("login deal: wrong; deals and ideal ones, ZGVhbA==") == (
        "login ***: wrong; deals and ideal ones, ***"
    )


def test_what_is_left_of_a_secret_that_the_vendor_cut_is_hidden_too() -> None:
    secret = "00D5g000001AbCdEFG!AQ" + "x1Y2z3W4" * 12
    protect(secret)
    for kept in (16, 40, len(secret) - 1):
        assert redacted(f"INVALID_SESSION_ID: {secret[:kept]}…") == "INVALID_SESSION_ID: ***…"
        assert redacted(f"…{secret[-kept:]} is no session") == "…*** is no session"
    assert redacted("of organisation 00D5g000001AbCd") == "of organisation 00D5g000001AbCd"


def test_a_message_is_cut_after_its_secrets_are_hidden() -> None:
    protect("0123456789abcdef")
    said = told("x" * 290 + " 0123456789abcdef")
    assert said == "x" * 290 + " ***"
    assert len(told("y" * 1000)) == 300


def test_every_reading_of_a_password_with_an_at_sign_is_hidden() -> None:
    protect_address("postgresql+psycopg://ann:first-part@second-part@db.example.com/product")
    said = redacted(
        "no host 'second-part@db.example.com' for ann; first-part@second-part; first-part"
    )
    assert "first" not in said
    assert "second" not in said
    assert "db.example.com" in said
    assert "ann" in said


def test_a_password_in_the_query_of_an_address_is_hidden() -> None:
    protect_address("mssql+pyodbc://?odbc_connect=DRIVER%3DX%3BUID%3Dann%3BPWD%3Dlong%2Bsecret%21")
    assert redacted("login of ann with long+secret! failed") == "login of ann with *** failed"
    protect_address("http://proxy.example.com:8080")
    assert redacted("proxy.example.com:8080") == "proxy.example.com:8080"


def test_a_vendor_cannot_command_the_terminal_nor_forge_a_line() -> None:
    clear, title, c1, bidi = "\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "\u202egnp.exe"
    said = redacted(f"{clear}{title}{c1}{bidi}\rover\nnext\tcell")
    assert said == r"\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\rover" + "\nnext\tcell"
    assert told("bad\n✓ warehouse: fine") == "bad ✓ warehouse: fine"
    assert redacted("Škoda Łódź 東京 👍🏽") == "Škoda Łódź 東京 👍🏽"


def test_hiding_twice_changes_nothing() -> None:
    protect("secret", "***", "0123456789")
    once = redacted("secret 0123456789 \x1b[0m")
    assert redacted(once) == once
