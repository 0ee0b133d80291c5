"""One run against vendors that repeat what they are sent, and a search of everything it wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from revops_pipeline.commands.doctor import diagnose
from revops_pipeline.settings import PACKAGE
from revops_pipeline_tests.commands.checkout import Checkout
from revops_pipeline_tests.sources import echo as vendor
from revops_pipeline_tests.sources.echo import leaks


def variables(url: str) -> dict[str, str]:
    return {
        "HUBSPOT_API_URL": url,
        "HUBSPOT_API_KEY": vendor.KEY,
        "QBR_BASE_URL": url,
        "QBR_API_KEY": vendor.KEY,
        "SALESFORCE_INSTANCE_URL": url,
        "SALESFORCE_CLIENT_ID": "app",
        "SALESFORCE_CLIENT_SECRET": vendor.CLIENT_SECRET,
        "SERVICENOW_INSTANCE_URL": url,
        "SERVICENOW_USERNAME": vendor.USER,
        "SERVICENOW_PASSWORD": vendor.PASSWORD,
    }


def test_nothing_that_a_run_prints_or_keeps_holds_a_secret_that_the_vendors_repeat(
    checkout: Checkout, tmp_path: Path
) -> None:
    """On a terminal that shows ASCII alone, too."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(PACKAGE / "orchestration" / "dagster.yaml", home)
    with vendor.echo() as server:
        done = checkout.revops(
            "run",
            **variables(server.url),
            DAGSTER_HOME=home,
            REVOPS_DUCKDB_PATH=tmp_path / "w.duckdb",
            PYTHONIOENCODING="ascii",
        )
    assert done.returncode == 1, done.stdout + done.stderr
    said = (done.stdout + done.stderr).splitlines()
    for source in ("qbr", "salesforce", "servicenow"):
        [line] = [x for x in said if x.startswith(f"failed extract_{source}:")]
        assert "***" in line
    # Of the portal itself all is refused, object by object.
    assert any("hubspot_contacts stays as it was" in line and "***" in line for line in said)
    assert leaks(done.stdout) == leaks(done.stderr) == []
    assert "\x1b" not in done.stdout
    written = {
        path: path.read_bytes().decode("latin-1")
        for folder in (tmp_path, checkout.root / ".dbt")
        for path in folder.rglob("*")
        if path.is_file()
    }
    told = {path.suffix for path, text in written.items() if "***" in text}
    assert told >= {".db", ".err"}  # the run's record and its output
    assert told & {".wal", ".duckdb"}  # ops.extract_log
    assert [path for path, text in written.items() if leaks(text)] == []


def test_doctor_tells_of_an_answer_that_nobody_expected_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("REVOPS_DUCKDB_PATH", str(tmp_path / "w.duckdb"))
    with vendor.echo() as server:
        server.status = 200  # an object that is none of what was asked for
        for name, value in variables(server.url).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(
            "revops_pipeline.commands.doctor.first_pages",
            lambda _source: {}[f"\x1b[2J {vendor.KEY}"],
        )
        assert diagnose() == 1
    said = capsys.readouterr().out
    assert "✗ qbr: unexpected KeyError: " in said
    assert leaks(said) == []
    assert "\x1b" not in said
    assert all(f" {name}: " in said for name in ("hubspot", "qbr", "salesforce", "servicenow"))


def test_doctor_warns_of_secrets_that_other_users_may_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("HUBSPOT_API_KEY=\n")
    for mode, warned in ((0o644, True), (0o600, False)):
        (tmp_path / ".env").chmod(mode)
        diagnose()
        assert (f"chmod 600 {tmp_path / '.env'}" in capsys.readouterr().out) is warned
