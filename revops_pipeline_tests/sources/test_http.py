"""What any server may do to its readers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revops_pipeline.sources import http, pace
from revops_pipeline.sources.http import HttpSession, Retry
from revops_pipeline.sources.pace import RateWindow
from revops_pipeline.sources.stream import PermanentError, TransientError

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def session() -> Iterator[Callable[[Callable[[str], Answer]], HttpSession]]:
    """A session with a server that answers each path as the test says."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[str], Answer]) -> HttpSession:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, body = answer(self.path)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Nothing."""

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return HttpSession(
            f"http://127.0.0.1:{servers[-1].server_port}",
            headers={"authorization": "Bearer s3cret"},
            name="Shop",
            variable="SHOP_TOKEN",
            address_hint="SHOP_URL",
            pace=None,
            retry=Retry(attempts=2, base_seconds=0.001),
            timeout=2,
        )

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


Start = Callable[[Callable[[str], Answer]], HttpSession]


def test_a_redirect_to_the_same_host_is_followed(session: Start) -> None:
    def answer(path: str) -> Answer:
        return (200, {}, b"[1]") if path.endswith("/") else (307, {"Location": path + "/"}, b"")

    with closing(session(answer)) as shop:
        assert shop.get("/owners") == [1]


def test_the_token_is_not_taken_to_another_host(session: Start) -> None:
    with (
        closing(session(lambda _path: (302, {"Location": "http://127.0.0.1:9/x"}, b""))) as shop,
        pytest.raises(PermanentError, match="SHOP_URL"),
    ):
        shop.get("/owners")


def test_a_page_that_is_no_json_names_the_address_to_check(session: Start) -> None:
    with (
        closing(session(lambda _path: (200, {}, b"<html>"))) as shop,
        pytest.raises(TransientError, match=r"broken JSON.*SHOP_URL"),
    ):
        shop.get("/owners")


def test_a_bad_request_is_not_repeated(session: Start) -> None:
    asked: list[str] = []

    def answer(path: str) -> Answer:
        asked.append(path)
        return 400, {}, b'{"message": "no such property"}'

    with closing(session(answer)) as shop, pytest.raises(PermanentError, match="no such property"):
        shop.get("/owners")
    assert len(asked) == 1


def test_a_demand_to_wait_is_obeyed_as_long_as_a_run_may_wait(
    session: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For longer, the run ends and says until when."""
    slept, demands = list[float](), ["120", "120.5", "86400", "inf"]

    def answer(path: str) -> Answer:
        if len(slept) and path == "/120":
            return 200, {}, b"[1]"
        return 429, {"Retry-After": path[1:]}, b'{"message": "slowly"}'

    time = SimpleNamespace(sleep=slept.append, monotonic=lambda: 0.0)
    for module in (http, pace):
        monkeypatch.setattr(module, "time", time)
    with closing(session(answer)) as shop:
        assert shop.get(f"/{demands[0]}") == [1]
        for demand in demands[1:]:
            with pytest.raises(
                TransientError, match=r"slowly.*until 2\d{3}-\d\d-\d\d \d\d:\d\d UTC"
            ):
                shop.get(f"/{demand}")
    assert slept == [120.0]


def test_a_missing_scope_names_the_variable_and_is_told_from_other_refusals(session: Start) -> None:
    with (
        closing(session(lambda _path: (403, {}, b"{}"))) as shop,
        pytest.raises(http.Refused, match=r"SHOP_TOKEN lacks a right") as error,
    ):
        shop.get("/owners")
    assert error.value.status == 403


@given(st.integers(1, 20), st.floats(0.1, 20), st.lists(st.floats(0, 5), max_size=60))
def test_no_window_of_time_ever_holds_more_requests_than_the_limit(
    limit: int, seconds: float, pauses: list[float]
) -> None:
    clock = [1000.0]
    with pytest.MonkeyPatch.context() as patch:
        # Not the module itself: the test runner's own threads sleep too.
        time = SimpleNamespace(
            monotonic=lambda: clock[0], sleep=lambda s: clock.__setitem__(0, clock[0] + s)
        )
        patch.setattr(pace, "time", time)
        window, sent = RateWindow(limit, seconds), list[float]()
        for pause in pauses:
            clock[0] += pause
            window.acquire()
            sent.append(clock[0])
    for i, start in enumerate(sent):
        assert sum(1 for t in sent[i:] if t < start + seconds - 1e-6) <= limit
