"""A settings file in which a key stands twice is refused, not read by halves."""

from __future__ import annotations

from pathlib import Path

import pytest

from revops_pipeline import strict_yaml
from revops_pipeline.settings import SettingsError, load_config


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("spend: {}\nqbr: {}\nspend: {email_plus_tags: true}\n", "'spend' is given in line 1"),
        ("spend:\n  team_split: equal\n  team_split: members\n", "'team_split' is given in line 2"),
        ("salesforce: {fields: {accounts: {a: X, a: Y}}}\n", "'a' is given in line 1"),
    ],
)
def test_a_key_that_is_given_twice_is_named_with_its_lines(
    tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "revops.yml").write_text(text)
    with pytest.raises(SettingsError) as error:
        load_config(tmp_path / "revops.yml")
    assert told in str(error.value)
    assert str(tmp_path / "revops.yml") in str(error.value)


def test_merged_keys_may_be_said_again_and_other_yaml_is_as_ever() -> None:
    text = "base: &b {x: 1, y: 2}\nused: {<<: *b, y: 3}\nlists: [{x: 1}, {x: 2}]\n1: one\n"
    assert strict_yaml.read(text) == {
        "base": {"x": 1, "y": 2},
        "used": {"x": 1, "y": 3},
        "lists": [{"x": 1}, {"x": 2}],
        1: "one",
    }
