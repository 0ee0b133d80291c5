"""Whatever the terminal, a good run ends well."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from revops_pipeline.commands.terminal import prepare_output


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "✓ Škoda Łódź 東京… – ©"),
        ("latin-1", r"ok \u0160koda \u0141\xf3d\u017a \u6771\u4eac... - ©".replace(r"\xf3", "ó")),
        ("ascii", r"ok \u0160koda \u0141\xf3d\u017a \u6771\u4eac... - \xa9"),
    ],
)
def test_letters_that_the_terminal_lacks_are_spelled(
    monkeypatch: pytest.MonkeyPatch, encoding: str, shown: str
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding))
    prepare_output()
    Console(width=200).print("✓ Škoda Łódź 東京… – ©", highlight=False)
    sys.stdout.flush()
    assert raw.getvalue().decode(encoding).strip() == shown
