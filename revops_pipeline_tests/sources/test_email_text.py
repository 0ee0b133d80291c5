"""An address is found in whatever it stands in, and no other is taken for it."""

from __future__ import annotations

import json

import pytest

from revops_pipeline.sources.email_text import cleaned, normal
from revops_pipeline.sources.people import PEOPLE

ADDRESS = "erase.me@acme.example"


def erased(address: str) -> bool:
    return address == ADDRESS


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to Erase.Me@ACME.example.", "write to [erased]."),
        ("<erase.me@acme.example>, x", "<[erased]>, x"),
        ("mailto:erase.me@acme.example?subject=x", "mailto:[erased]?subject=x"),
        ("'erase.me@acme.example'", "'[erased]'"),
        ("e.g. ...erase.me@acme.example_", "e.g. ...[erased]_"),
        ("https://x.example/?m=erase.me%40acme.example&n=1", "https://x.example/?m=[erased]&n=1"),
        ("x%3Derase.me%40acme.example%26y", "x%3D[erased]%26y"),
        ("erase.me&#64;acme.example", "[erased]"),
        ("er\u200base.me@acme.example\ufeff;", "[erased];"),
        ("erase.me@acme.example,erase.me@acme.example", "[erased],[erased]"),
    ],
)
def test_an_address_is_taken_out_of_text_however_it_is_spelled(text: str, left: str) -> None:
    assert cleaned(text, erased).replace("\ufeff", "") == left


@pytest.mark.parametrize(
    "text",
    [
        "and.erase.me@acme.example",
        "erase.me+list@acme.example",
        "xerase.me@acme.example",
        "erase.me@acme.example.org",
        "erase.me@acme",
        "@acme.example",
        "erase.me",
    ],
)
def test_another_address_stays(text: str) -> None:
    assert cleaned(text, erased) == text


@pytest.mark.parametrize("before", ["\n", "\t", "\u001f", '"', "\\", "\\n"])
def test_a_document_stays_a_document_whatever_stands_before_the_address(before: str) -> None:
    document = json.dumps({"body": f"a{before}erase.me@acme.example{before}b", "n": 1})
    assert json.loads(cleaned(document, erased)) == {"body": f"a{before}[erased]{before}b", "n": 1}


def test_long_text_without_spaces_takes_no_time() -> None:
    text = "a" * 2_000_000 + "@" + "b" * 2_000_000
    assert cleaned(text, erased) == text


@pytest.mark.parametrize(
    ("key", "document"),
    [
        (("hubspot", "contacts"), {"properties": {"email": " Erase.Me@acme.example\u202f"}}),
        (
            ("hubspot", "contacts"),
            {
                "properties": {
                    "email": "b@x.example",
                    "hs_additional_emails": f"c@d.example;{ADDRESS}",
                }
            },
        ),
        (("salesforce", "contacts"), {"Email": None, "npe01__HomeEmail__c": ADDRESS}),
        (("salesforce", "contacts"), {"Secondary_Email__c": ADDRESS.upper()}),
        (("salesforce", "users"), {"Username": ADDRESS}),
        (("salesforce", "accounts"), {"PersonEmail": ADDRESS}),
        (("servicenow", "sys_user"), {"u_secondary_email": ADDRESS}),
        (("servicenow", "sys_user"), {"user_name": ADDRESS}),
        (("product", "users"), {"email": ADDRESS}),
    ],
)
def test_a_record_is_of_whoever_it_has_a_primary_or_secondary_address_of(
    key: tuple[str, str], document: dict[str, object]
) -> None:
    assert ADDRESS in PEOPLE[key].addresses(document)


@pytest.mark.parametrize(
    ("key", "document"),
    [
        (("hubspot", "contacts"), {"properties": {"manager_email": ADDRESS}, "email": ADDRESS}),
        (("hubspot", "contacts"), {"properties": {"email": "x." + ADDRESS}}),
        (("salesforce", "contacts"), {"Assistant_Email__c": ADDRESS, "Description": ADDRESS}),
        (("salesforce", "accounts"), {"Email__c": ADDRESS}),
    ],
)
def test_a_record_that_names_another_persons_address_is_not_his(
    key: tuple[str, str], document: dict[str, object]
) -> None:
    assert normal(ADDRESS) not in PEOPLE[key].addresses(document)
