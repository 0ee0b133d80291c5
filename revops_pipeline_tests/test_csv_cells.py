"""What is written for a spreadsheet is not run by it."""

from __future__ import annotations

from typing import Any

import pytest

from revops_pipeline.csv_cells import cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "-", "+"]
)
def test_a_formula_is_written_as_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", ["-5", "+49.5", "-1e-7", "-3,5", "-12%", "Acme = good", "", "'=1", 7, -7.5, None]
)
def test_numbers_and_ordinary_text_stay_as_they_are(value: Any) -> None:
    assert cell(value) == value
