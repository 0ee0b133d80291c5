"""The shape of the package: who imports whom, how fast it loads, what a wheel carries."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from revops_pipeline.settings import PACKAGE, ROOT
from revops_pipeline_tests.commands.checkout import Checkout

# An address family of the network is refused; event loops pair up local sockets.
NO_NETWORK = """
import socket
def refuse(*_arguments, **_options):
    raise AssertionError("the network was asked")
socket.getaddrinfo = refuse
connect = socket.socket.connect
socket.socket.connect = socket.socket.connect_ex = lambda self, address: (
    connect(self, address) if self.family == socket.AF_UNIX else refuse()
)
"""
# Of `snowflake` itself a .pth file of the connector's makes a namespace in every interpreter.
SNOWFLAKE = ("snowflake.", "dagster_snowflake", "dbt.adapters.snowflake")
FLOOR = "import dagster, dagster_dbt"
DEFINITIONS = "import revops_pipeline.definitions"
TIMED = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return Checkout.copy(tmp_path_factory.mktemp("checkout"))


def test_layers_import_only_what_they_may(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.python(
        str(Path(sys.executable).with_name("lint-imports")),
        *("--config", str(ROOT / ".importlinter"), "--cache-dir", str(tmp_path)),
        PYTHONPATH=checkout.root,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_definitions_load_with_no_variable_set_no_network_and_no_snowflake(
    checkout: Checkout,
) -> None:
    code = f"""{NO_NETWORK}
from revops_pipeline.definitions import defs
import sys
found = [n for n in sys.modules if n.startswith({SNOWFLAKE})]
assert found == [], found
print(*sorted(job.name for job in defs.resolve_all_job_defs()))
"""
    done = checkout.python("-c", code)
    assert done.returncode == 0, done.stderr
    assert {"hubspot_job", "revops_job"} <= set(done.stdout.split())
    assert not (checkout.root / "data").exists()


@pytest.mark.slow
def test_definitions_load_in_half_again_the_time_of_dagster_and_dagster_dbt(
    checkout: Checkout,
) -> None:
    """The better of two fresh interpreters each, in turns; a noisy machine gets three chances."""
    ratios = []
    for _ in range(3):
        seconds: dict[str, list[float]] = {FLOOR: [], DEFINITIONS: []}
        for _ in range(2):
            for code, taken in seconds.items():
                done = checkout.python("-c", TIMED.format(code))
                assert done.returncode == 0, done.stderr
                taken.append(float(done.stdout))
        ratios.append(min(seconds[DEFINITIONS]) / min(seconds[FLOOR]))
        if ratios[-1] <= 1.5:
            return
    pytest.fail(f"the definitions take {min(ratios):.2f} times as long as what they are built on")


def test_no_file_is_two() -> None:
    for pattern, limit in (("*.py", 400), ("models/**/*.sql", 80)):
        long = {
            str(path.relative_to(PACKAGE)): count
            for path in PACKAGE.rglob(pattern)
            if (count := len(path.read_text().splitlines())) > limit
        }
        assert long == {}, f"longer than {limit} lines"


def test_setup_py_says_nothing_that_pyproject_says() -> None:
    lines = [line for line in (ROOT / "setup.py").read_text().splitlines() if line]
    assert lines == ["from setuptools import setup", "setup()"]
    assert len((ROOT / "setup.py").read_text().splitlines()) == 3


def test_a_wheel_carries_models_instance_settings_and_types(
    checkout: Checkout, tmp_path: Path
) -> None:
    done = checkout.python(
        *("-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(checkout.root))
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [wheel] = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {"revops_pipeline/py.typed", "revops_pipeline/orchestration/dagster.yaml"}
    for pattern in ("*.sql", "*.yml", "*.csv", "*.py"):
        wanted |= {str(path.relative_to(ROOT)) for path in PACKAGE.rglob(pattern)}
    assert wanted - names == set()
    strange = {n for n in names if not n.startswith(("revops_pipeline/", "revops_pipeline-"))}
    assert strange == set()
