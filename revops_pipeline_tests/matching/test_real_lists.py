"""Measured on lists of real names, which are not part of the repository.

REVOPS_MATCHING_LISTS names a folder with left.csv (slice, left_id, left_name, domain), right.csv
(slice, right_id, right_name, website) and gold.csv (slice, left_id, right_id).
"""

import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest

from revops_pipeline.matching import MatchSettings, Party, match_one_sided

FOLDER = os.environ.get("REVOPS_MATCHING_LISTS")
pytestmark = pytest.mark.skipif(not FOLDER, reason="REVOPS_MATCHING_LISTS is not set")

# The short names are looked up in the same register as the listing names.
REGISTER = {"short": "us"}


def rows(table: str) -> list[dict[str, str]]:
    with (Path(FOLDER or "") / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parties(side: str, name: str, domain: str) -> list[Party]:
    return [
        Party(side, row[f"{side}_id"], row[f"{side}_name"], (row[domain],))
        for row in rows(side)
        if row["slice"] == name
    ]


def measured(name: str, strategy: str, *, partners: bool = True) -> dict[str, float]:
    gold: dict[str, set[str]] = defaultdict(set)
    for row in rows("gold"):
        if row["slice"] == name:
            gold[row["left_id"]].add(row["right_id"])
    left = parties("left", name, "domain")
    right = parties("right", REGISTER.get(name, name), "website")
    if not partners:
        gone = set().union(*gold.values())
        right = [party for party in right if party.id not in gone]
        gold.clear()
    links = match_one_sided(left, right, settings=MatchSettings(strategies=(strategy,))).links
    correct = sum(link.right_id in gold.get(link.left_id, ()) for link in links)
    alone = {party.id for party in left} - set(gold)
    precision, recall = correct / max(len(links), 1), correct / max(len(gold), 1)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * correct / max(len(links) + len(gold), 1),
        "partnerless": sum(link.left_id in alone for link in links) / max(len(alone), 1),
        "wrong": len(links) - correct,
    }


@pytest.mark.parametrize(("name", "least"), [("us", 0.985), ("short", 0.98), ("uk", 0.985)])
def test_company_names_are_linked_right_and_seldom_missed(name: str, least: float) -> None:
    result = measured(name, "name_fuzzy_match")
    assert result["f1"] >= least
    assert result["precision"] >= 0.99
    assert result["partnerless"] <= 0.04


@pytest.mark.parametrize("name", ["us", "short", "uk", "ror"])
def test_names_whose_partners_are_all_gone_stay_alone(name: str) -> None:
    assert measured(name, "name_fuzzy_match", partners=False)["partnerless"] <= 0.01


def test_a_domain_is_never_wrong() -> None:
    result = measured("ror", "domain")
    assert result["wrong"] == 0
    assert result["recall"] >= 0.6
