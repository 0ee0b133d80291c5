"""A set of ids is the same set when they are many."""

from __future__ import annotations

import random

import pytest

from revops_pipeline.sources import id_set
from revops_pipeline.sources.id_set import IdSet


@pytest.mark.parametrize("few", [10, 1_000_000])
def test_ids_are_counted_once_and_known_again_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(id_set, "FEW", few)
    chance, found, expected = random.Random(1), IdSet(), set[str]()
    for _ in range(300):
        page = [f"ch_{chance.randrange(5_000)}" for _ in range(chance.randrange(60))]
        there = []
        for text in page:
            there.append(text in expected)
            expected.add(text)
        assert found.add(page) == there
        assert len(found) == len(expected)
    assert found.is_few == (few > 10)
    if found.is_few:
        assert found.texts() == sorted(expected)
    else:
        assert sum(map(len, found.runs())) == len(expected)
        assert len(found.runs()) < 15
