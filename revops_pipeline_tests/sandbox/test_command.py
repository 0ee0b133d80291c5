"""The sandbox as a process: it says when it is ready, and stops when it is told to."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
import urllib3

from revops_pipeline.sandbox import Portal, PortInUse, Sandbox


def start(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "revops_pipeline.sandbox", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_ready_line_leads_to_a_server_and_a_database_until_the_signal(tmp_path, ending):
    database = tmp_path / "deep" / "product.sqlite"
    process = start(
        "--port", "0", "--contacts", "12", "--companies", "4", "--deals", "5", "--token", "key",
        "--fault", "http_500:times=1,path_contains=/owners", "--product-database", str(database),
    )  # fmt: skip
    try:
        line = process.stdout.readline().split()
        assert line[:2] == ["sandbox", "ready:"]
        settings = dict(part.split("=", 1) for part in line[2:])
        assert settings["HUBSPOT_API_KEY"] == "key"
        assert settings["PRODUCT_DATABASE_URL"] == f"sqlite:///{database}"
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("select count(*) from users").fetchone()[0] > 0
        headers = {"Authorization": "Bearer key"}

        def status(path: str) -> int:
            url = f"{settings['HUBSPOT_API_URL']}/crm/v3/{path}"
            return urllib3.request("GET", url, headers=headers, retries=False).status

        assert [status(path) for path in ("objects/deals", "owners", "owners")] == [200, 500, 200]
        process.send_signal(ending)
        assert process.wait(10) == 0
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("confined", [False, True])
def test_faults_strike_every_vendor_or_the_one_that_they_are_confined_to(tmp_path, confined):
    fault = "http_503:times=1" + (",path_contains=/salesforce" if confined else "")
    process = start(
        "--port", "0", "--contacts", "12", "--companies", "4", "--deals", "5", "--fault", fault,
        "--product-database", str(tmp_path / "p.sqlite"),
    )  # fmt: skip
    try:
        known = dict(part.split("=", 1) for part in process.stdout.readline().split()[2:])
        login = urllib3.make_headers(
            basic_auth=f"{known['SERVICENOW_USERNAME']}:{known['SERVICENOW_PASSWORD']}"
        )
        asked = {
            "hubspot": (f"{known['HUBSPOT_API_URL']}/crm/v3/owners",
                        {"authorization": f"Bearer {known['HUBSPOT_API_KEY']}"}),
            "qbr": (f"{known['QBR_BASE_URL']}/qbr_data", {"api_key": known["QBR_API_KEY"]}),
            "salesforce": (f"{known['SALESFORCE_INSTANCE_URL']}/services/data/v58.0/limits", {}),
            "servicenow": (f"{known['SERVICENOW_INSTANCE_URL']}/api/now/table/incident", login),
        }  # fmt: skip

        def statuses(name: str) -> list[int]:
            url, headers = asked[name]
            answers = [urllib3.request("GET", url, headers=headers) for _ in range(2)]
            return [answer.status for answer in answers]

        found = {name: statuses(name) for name in asked}
        usual = {name: 401 if name == "salesforce" else 200 for name in asked}  # no login
        struck = {"salesforce"} if confined else set(asked)
        assert found == {n: [503 if n in struck else usual[n], usual[n]] for n in asked}
    finally:
        process.kill()
        process.wait()


def test_a_port_in_use_is_named_with_the_way_out(tmp_path):
    with Sandbox(Portal.empty()) as running:
        port = running.url.rpartition(":")[2]
        process = start("--port", port, "--product-database", str(tmp_path / "p.sqlite"))
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 2
        assert f"port {port}" in errors
        assert "--port 0" in errors
        assert "Traceback" not in errors
        with pytest.raises(PortInUse, match=port), Sandbox(Portal.empty(), port=int(port)):
            pass


def test_an_unknown_fault_is_refused_with_the_known_ones(tmp_path):
    process = start("--fault", "gremlins", "--product-database", str(tmp_path / "p.sqlite"))
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "gremlins" in errors
    assert "cut_json" in errors


def test_every_fault_is_explained_on_request():
    process = start("--list-faults")
    told, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    lines = {line.split()[0]: line for line in told.splitlines()}
    assert "An internal error." in lines["http_500"]
    assert {"chaos", "index_lag", "merge_new_id", "edit_mid_scan"} <= lines.keys()
