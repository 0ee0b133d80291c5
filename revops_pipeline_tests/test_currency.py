"""Files of rates as people make them: used as they are meant, or refused with the row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from revops_pipeline.config import Config
from revops_pipeline.currency import Rate, RatesError, read_rates
from revops_pipeline.settings import SettingsError, load_config

HEADER = "currency,valid_from,rate\n"


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "rates.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}EUR,2026-01-01,1.08\nJPY,2026-01-01,0.0067\n",
        f"\ufeff{HEADER}EUR,2026-01-01,1.08\r\nJPY,2026-01-01,0.0067",
        "Rate , Valid_From,note,Currency\n0.0067,2026-01-01,,jpy\n\n,,,\n1.080,2026-01-01,x, eur \n",
    ],
    ids=["plain", "by Excel", "other columns"],
)
def test_rates_are_read_as_they_are_meant(tmp_path: Path, text: str) -> None:
    assert read_rates(written(tmp_path, text)) == [
        Rate("EUR", date(2026, 1, 1), Decimal("1.08")),
        Rate("JPY", date(2026, 1, 1), Decimal("0.0067")),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "names no column currency nor valid_from nor rate"),
        ("currency,rate\nEUR,1\n", "names no column valid_from"),
        ("currency;valid_from;rate\nEUR;2026-01-01;1,08\n", "with commas between the cells"),
        (f"{HEADER}EUR,2026-01-01,1,08\n", "row 2 has 4 cells, the first row 3; a rate is written"),
        (f'{HEADER}EUR,2026-01-01,"1,08"\n', "row 2: '1,08' is no rate, such as 1.08"),
        (f"{HEADER}EUR,2026-01-01,1.08\nEURO,2026-01-01,1\n", "row 3: 'EURO' is no currency code"),
        (f"{HEADER}EUR,31.01.2026,1.08\n", "row 2: '31.01.2026' is no date, such as 2026-01-31"),
        (f"{HEADER}EUR,2026-02-30,1.08\n", "row 2: '2026-02-30' is no date"),
        (f"{HEADER}EUR,2026-01-01,-1\n", "row 2: '-1' is no rate"),
        (f"{HEADER}EUR,2026-01-01,\n", "row 2: '' is no rate"),
        (f"{HEADER}EUR,2026-01-01,1e3\n", "row 2: '1e3' is no rate"),
        (f"{HEADER}EUR,2026-01-01,0.00\n", "row 2: the rate 0.00 is not between"),
        (f"{HEADER}EUR,2026-01-01,{'9' * 60}\n", "is not between 0.0000000001 and 100000000"),
        (
            f"{HEADER}EUR,2026-01-01,1\nUSD,2026-01-01,1\n eur,2026-01-01,2\n",
            "row 4 gives EUR from 2026-01-01 a second rate; the first is in row 2",
        ),
        (f"{HEADER}EUR,2026-01-01,1.08\n".encode("utf-16"), "is not in UTF-8"),
    ],
)
def test_a_file_of_rates_that_cannot_be_used_is_refused_with_the_row(
    tmp_path: Path, text: str | bytes, told: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(RatesError) as error:
        read_rates(path)
    assert told in str(error.value)
    assert str(path) in str(error.value)


def test_a_wrong_file_of_rates_is_told_of_with_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "revops.yml"
    file.write_text(f"currency: {{rates: {tmp_path / 'none.csv'}}}")
    with pytest.raises(SettingsError, match=r"currency\.rates: .*none\.csv cannot be read"):
        load_config(file)
    file.write_text("reporting_currency: euros")
    with pytest.raises(SettingsError, match="reporting_currency: must be the code of a currency"):
        load_config(file)
    assert Config(reporting_currency=" eur").dbt_vars()["reporting_currency"] == "EUR"
