"""What any server may do to its readers."""

from __future__ import annotations

import gzip
import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revops_pipeline.sources import headers, http, pace
from revops_pipeline.sources.http import HttpSession, Limits, Retry, TooLarge
from revops_pipeline.sources.pace import RateWindow
from revops_pipeline.sources.stream import PermanentError, TransientError

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def session() -> Iterator[Callable[[Callable[[str], Answer]], HttpSession]]:
    """A session with a server that answers each path as the test says."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[str], Answer], **options: Any) -> HttpSession:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, body = answer(self.path)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Nothing."""

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return open_session(f"http://127.0.0.1:{servers[-1].server_port}", **options)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


Start = Callable[..., HttpSession]


def open_session(url: str, **options: Any) -> HttpSession:
    settings: dict[str, Any] = {
        "headers": {"authorization": "Bearer s3cret"},
        "name": "Shop",
        "variable": "SHOP_TOKEN",
        "address_hint": "SHOP_URL",
        "pace": None,
        "retry": Retry(attempts=2, base_seconds=0.001),
        "timeout": 2,
    }
    return HttpSession(url, **{**settings, **options})


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

    still = SimpleNamespace(sleep=slept.append, monotonic=lambda: 0.0)
    for module in (http, pace):
        monkeypatch.setattr(module, "time", still)
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


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:9/x",
        "https://{here}/x",
        "//evil.example/x",
        "http://{here}@evil.example/x",
        "http://user@{here}/x",
        "\\\\evil.example/x",
        "http:\\\\evil.example",
        "",
    ],
)
def test_a_redirect_leads_nowhere_but_to_the_same_scheme_host_and_port(
    session: Start, location: str
) -> None:
    asked: list[str] = []

    def answer(path: str) -> Answer:
        asked.append(path)
        return 302, {"Location": location.format(here=shop.base_url.removeprefix("http://"))}, b""

    with closing(session(answer)) as shop, pytest.raises(PermanentError, match="SHOP_URL"):
        shop.get("/owners")
    assert asked == ["/owners"]


def test_a_redirect_below_an_address_with_a_path_is_followed_as_it_is_given(session: Start) -> None:
    def answer(path: str) -> Answer:
        if path == "/base/owners":
            return 308, {"Location": "/base/owners/"}, b""
        return 200, {}, b'"%s"' % path.encode()

    with closing(session(answer)) as shop:
        shop.base_url += "/base"
        assert shop.get("/owners") == "/base/owners/"


def test_redirects_that_never_end_are_ended(session: Start) -> None:
    asked: list[str] = []

    def answer(path: str) -> Answer:
        asked.append(path)
        return 302, {"Location": f"/{len(asked)}"}, b""

    with (
        closing(session(answer)) as shop,
        pytest.raises(PermanentError, match=r"10 times \(limits\.redirects\)"),
    ):
        shop.get("/owners")
    assert len(asked) == 11


def packed(times: int, zeros: int) -> bytes:
    body = bytes(zeros)
    for _ in range(times):
        body = gzip.compress(body, 9)
    return body


@pytest.mark.parametrize("times", [0, 1, 2])
def test_an_answer_is_never_unpacked_beyond_its_limit(session: Start, times: int) -> None:
    """Four megabytes of nothing, twice packed, are less than a kilobyte."""
    encoded = {"Content-Encoding": ", ".join(["gzip"] * times)} if times else {}
    body, asked = packed(times, 4 * http.MIB), list[str]()

    def answer(path: str) -> Answer:
        asked.append(path)
        return 200, encoded, body

    with (
        closing(session(answer, limits=Limits(answer_mib=1))) as shop,
        pytest.raises(TooLarge, match=r"more than 1 MiB \(limits\.answer_mib"),
    ):
        shop.get("/owners")
    assert asked == ["/owners"]  # it would be as large each time


def test_an_answer_as_large_as_the_limit_is_read(session: Start) -> None:
    text = b'"%s"' % (b"x" * (http.MIB - 2))
    with closing(
        session(
            lambda _: (200, {"Content-Encoding": "gzip"}, gzip.compress(text)),
            limits=Limits(answer_mib=1),
        )
    ) as shop:
        assert len(shop.get("/owners")) == http.MIB - 2
        shop.get("/owners")
        assert shop.stats.requests == 2


def test_answers_are_asked_for_in_gzip(session: Start) -> None:
    heard: list[str] = []

    def answer(_path: str) -> Answer:
        return 200, {}, b"[]"

    with closing(session(answer)) as shop:
        sent = shop._pool.ask
        shop._pool.ask = lambda *a: heard.append(a[3]["accept-encoding"]) or sent(*a)  # type: ignore[method-assign,func-returns-value]
        shop.get("/owners")
    assert heard == ["gzip"]


@pytest.mark.parametrize("where", ["headers", "body", "chunks", "redirects"])
def test_an_answer_that_comes_a_byte_at_a_time_is_broken_off(where: str) -> None:
    """Each byte within the time-out of a read, all of them never."""
    start = {
        "headers": b"HTTP/1.1 200 OK\r\nX-Slow: ",
        "body": b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n[",
        "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n",
        "redirects": b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /",
    }[where]
    with dripping(start, b"0") as url, closing(slow_shop(url)) as shop:
        with pytest.raises(TransientError, match=r"longer than 0\.4 s in all \(limits\.request"):
            shop.get("/owners")
        assert shop.stats.requests == 1


def slow_shop(url: str) -> HttpSession:
    return open_session(url, retry=Retry(attempts=0), limits=Limits(request_seconds=0.4))


@contextmanager
def dripping(start: bytes, drop: bytes) -> Iterator[str]:
    """A server that begins an answer and goes on a drop at a time."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(start)
                while True:
                    time.sleep(0.02)
                    connection.sendall(drop)

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_reader_that_stumbles_over_an_answer_has_it_asked_for_again(
    session: Start, caplog: pytest.LogCaptureFixture
) -> None:
    answers = [b"[]", b'{"results": 7}', b'{"results": [1]}']
    caplog.set_level(logging.DEBUG, "revops_pipeline")
    with closing(session(lambda _: (200, {}, answers.pop(0)))) as shop:
        assert shop.get("/owners", read=lambda a: list(a["results"])) == [1]
    assert "Traceback" in caplog.text


def test_an_answer_that_stays_odd_is_one_of_our_errors(session: Start) -> None:
    with (
        closing(session(lambda _: (200, {}, b"[]"))) as shop,
        pytest.raises(TransientError, match=r"Shop: the answer to GET /owners .*\(TypeError\)"),
    ):
        shop.get("/owners", read=lambda a: a["results"])
    assert shop.stats.requests == 3


def test_half_an_emoji_is_told_once(session: Start, caplog: pytest.LogCaptureFixture) -> None:
    with closing(session(lambda _: (200, {}, rb'["call \ud83d", 18446744073709551616]'))) as shop:
        for _ in range(3):
            assert shop.get("/owners") == ["call \ufffd", 18446744073709551616]
    assert len([r for r in caplog.records if "U+FFFD" in r.getMessage()]) == 1


def test_brackets_without_end_are_a_broken_answer(session: Start) -> None:
    with (
        closing(session(lambda _: (200, {}, b"[" * 100_000))) as shop,
        pytest.raises(TransientError, match="broken JSON"),
    ):
        shop.get("/owners")


@pytest.mark.parametrize(
    ("asked", "date", "seconds"),
    [
        ("7", None, 7.0),
        ("Sat, 31 Oct 2026 10:00:09 GMT", "Sat, 31 Oct 2026 10:00:00 GMT", 9.0),
        ("Sat, 31 Oct 2026 10:00:09 GMT", "Sat, 31 Oct 2026 11:00:00 GMT", 0.0),
        ("-1", None, 0.0),
        ("1e400", None, 1e9),
        ("nan", None, None),
        ("banana", "banana", None),
        ("Sat, 99 Oct 2026 10:00:09 GMT", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_a_demand_to_wait_is_read_as_seconds_or_as_a_date_by_the_servers_clock(
    asked: str | None, date: str | None, seconds: float | None
) -> None:
    assert headers.seconds_to_wait(asked, date) == seconds


def test_a_demand_to_wait_until_a_date_is_obeyed(
    session: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept, told = list[float](), {"Retry-After": "Sat, 31 Oct 2026 10:00:09 GMT"}
    monkeypatch.setattr(http, "time", SimpleNamespace(sleep=slept.append, monotonic=time.monotonic))
    monkeypatch.setattr(pace, "time", SimpleNamespace(sleep=slept.append, monotonic=lambda: 0.0))
    monkeypatch.setattr(
        http, "seconds_to_wait", lambda asked, _: headers.seconds_to_wait(asked, AT)
    )
    with closing(session(lambda _: (429, told, b"") if not slept else (200, {}, b"[1]"))) as shop:
        assert shop.get("/owners") == [1]
    assert slept == [9.0]


AT = "Sat, 31 Oct 2026 10:00:00 GMT"


@given(st.integers(1, 20), st.floats(0.1, 20), st.lists(st.floats(0, 5), max_size=60))
def test_no_window_of_time_ever_holds_more_requests_than_the_limit(
    limit: int, seconds: float, pauses: list[float]
) -> None:
    clock = [1000.0]
    with pytest.MonkeyPatch.context() as patch:
        # Not the module itself: the test runner's own threads sleep too.
        timer = SimpleNamespace(
            monotonic=lambda: clock[0], sleep=lambda s: clock.__setitem__(0, clock[0] + s)
        )
        patch.setattr(pace, "time", timer)
        window, sent = RateWindow(limit, seconds), list[float]()
        for pause in pauses:
            clock[0] += pause
            window.acquire()
            sent.append(clock[0])
    for i, start in enumerate(sent):
        assert sum(1 for t in sent[i:] if t < start + seconds - 1e-6) <= limit
