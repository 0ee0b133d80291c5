"""PostgreSQL and MariaDB of this machine, each started in a folder of its own for some tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy

# Set where a test that does not run shall not look like one that passes (`.ci/run`).
REQUIRED = bool(os.environ.get("REVOPS_REQUIRE_SERVERS"))
READY_SECONDS = 60.0


@dataclass(frozen=True)
class Server:
    """A running server; `admin` may do everything, `place` is host, port and database."""

    scheme: str
    admin: str
    place: str

    def url(self, user: str, password: str) -> str:
        return f"{self.scheme}://{user}:{password}@{self.place}"

    def run(self, *statements: str) -> None:
        engine = sqlalchemy.create_engine(self.admin, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def postgresql() -> Iterator[Server]:
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    initdb = shutil.which("initdb") or next((str(b / "initdb") for b in binaries), None)
    if initdb is None:
        missing("PostgreSQL", "postgresql")
    with _folder("postgres") as folder:
        data, port = folder / "data", _free_port()
        _run(folder, "postgres", [initdb, "-D", str(data), "-U", "admin", "-A", "trust", "-N"])
        command = [str(Path(initdb).with_name("postgres")), "-D", str(data), "-k", str(folder)]
        command += ["-p", str(port), "-h", "127.0.0.1", "-c", "fsync=off"]
        place = f"127.0.0.1:{port}/postgres"
        admin = f"postgresql+psycopg://admin@{place}"
        with _started(folder, "postgres", command, admin):
            yield Server("postgresql", admin, place)


@contextmanager
def mariadb() -> Iterator[Server]:
    install, server = shutil.which("mariadb-install-db"), shutil.which("mariadbd", path=_PATH)
    if install is None or server is None:
        missing("MariaDB", "mariadb-server")
    with _folder("mysql") as folder:
        data, port = folder / "data", _free_port()
        prepare = [install, "--no-defaults", f"--datadir={data}", "--skip-test-db"]
        prepare += ["--auth-root-authentication-method=normal"]
        _run(folder, "mysql", prepare)
        command = [server, "--no-defaults", f"--datadir={data}", f"--port={port}"]
        command += ["--bind-address=127.0.0.1", f"--socket={folder / 's.sock'}"]
        place = f"127.0.0.1:{port}/shop?charset=utf8mb4"
        admin = f"mysql+pymysql://root@127.0.0.1:{port}/mysql?charset=utf8mb4"
        with _started(folder, "mysql", command, admin):
            yield Server("mysql", admin, place)


def missing(server: str, package: str) -> None:
    text = f"{server} is not installed: apt-get install {package}"
    if REQUIRED:
        pytest.fail(text)
    pytest.skip(text)


_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin"


@contextmanager
def _folder(user: str) -> Iterator[Path]:
    """Short, for a socket's path may have 107 characters, and that of the user who runs there."""
    folder = Path(tempfile.mkdtemp(prefix="db-", dir="/tmp"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, user, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as(user: str, command: list[str]) -> list[str]:
    """Neither server runs as root."""
    return (
        ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command]
        if (os.getuid() == 0)
        else command
    )


def _run(folder: Path, user: str, command: list[str]) -> None:
    done = subprocess.run(_as(user, command), cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def _started(folder: Path, user: str, command: list[str], admin: str) -> Iterator[None]:
    log = (folder / "log.txt").open("w")
    process = subprocess.Popen(_as(user, command), cwd=folder, stdout=log, stderr=log)
    try:
        _wait(process, admin, folder / "log.txt")
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _wait(process: subprocess.Popen[bytes], admin: str, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    engine = sqlalchemy.create_engine(admin, poolclass=sqlalchemy.NullPool)
    while True:
        try:
            engine.connect().close()
            return
        except sqlalchemy.exc.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(log.read_text()) from None
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
