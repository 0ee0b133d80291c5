"""The way out of a company's network: proxies with a password, and an authority of its own."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from revops_pipeline.redaction import redacted
from revops_pipeline.sources.http import HttpSession, Retry
from revops_pipeline.sources.proxies import BUNDLES, proxy_for
from revops_pipeline.sources.stream import PermanentError, TransientError

PASSWORD = "p@ss/w#rd?made-up"
NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own."""
    for name in (*NAMES, *(n.upper() for n in NAMES), *BUNDLES, "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


class Proxy(BaseHTTPRequestHandler):
    """Forwards to a server that it is itself, or tunnels to `Proxy.to`, for who knows the password."""

    wanted = base64.b64encode(f"corp:{PASSWORD}".encode()).decode()
    to = 0
    asked: list[str]

    def _known(self) -> bool:
        self.asked.append(f"{self.command} {self.path}")
        if self.headers.get("Proxy-Authorization") == f"Basic {self.wanted}":
            return True
        self.send_response(407)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def do_GET(self) -> None:
        if self._known():
            self.send_response(200)
            self.send_header("Content-Length", "3")
            self.end_headers()
            self.wfile.write(b"[1]")

    def do_CONNECT(self) -> None:
        if not self._known():
            return
        self.send_response(200)
        self.end_headers()
        with socket.create_connection(("127.0.0.1", self.to)) as there:
            back = Thread(target=_pumped, args=(there, self.connection))
            back.start()
            _pumped(self.connection, there)
            back.join()

    def log_message(self, *_args: object) -> None:
        """Nothing."""


def _pumped(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy() -> Iterator[str]:
    Proxy.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def open_session(url: str) -> HttpSession:
    return HttpSession(
        url,
        headers={},
        name="Shop",
        variable="SHOP_TOKEN",
        address_hint="SHOP_URL",
        pace=None,
        retry=Retry(attempts=0),
        timeout=5,
        allow_http=True,
    )


CREDENTIALS = ["corp:p%40ss%2Fw%23rd%3Fmade-up", f"corp:{PASSWORD}"]


@pytest.mark.parametrize("credentials", CREDENTIALS, ids=["escaped", "as it is"])
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_is_given_its_password(
    proxy: str, monkeypatch: pytest.MonkeyPatch, credentials: str, variable: str
) -> None:
    monkeypatch.setenv(variable, f"http://{credentials}@{proxy}")
    with closing(open_session("http://crm.internal.example")) as shop:
        assert shop.get("/owners") == [1]
    assert Proxy.asked == ["GET http://crm.internal.example/owners"]


def test_a_proxy_without_a_scheme_is_one_of_http(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"{CREDENTIALS[0]}@{proxy}")
    with closing(open_session("http://crm.internal.example")) as shop:
        assert shop.get("/owners") == [1]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("credentials", ["", "corp:wrong-password@"])
def test_a_proxy_that_refuses_names_the_variable_and_never_the_password(
    proxy: str, monkeypatch: pytest.MonkeyPatch, scheme: str, credentials: str
) -> None:
    variable = f"{scheme.upper()}_PROXY"
    monkeypatch.setenv(variable, f"http://{credentials}{proxy}")
    with (
        closing(open_session(f"{scheme}://crm.internal.example")) as shop,
        pytest.raises(PermanentError) as error,
    ):
        shop.get("/owners")
    assert variable in str(error.value)
    assert "wrong-password" not in str(error.value)
    assert len(Proxy.asked) == 1


def test_a_proxy_that_is_not_there_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", f"http://corp:{PASSWORD}@127.0.0.1:9")
    with (
        closing(open_session("https://crm.internal.example")) as shop,
        pytest.raises(TransientError, match=r"127\.0\.0\.1:9 \(https_proxy\)") as error,
    ):
        shop.get("/owners")
    assert PASSWORD not in str(error.value)


@pytest.mark.parametrize("kind", ["socks5", "socks5h", "socks4a"])
def test_a_kind_of_proxy_that_is_not_spoken_is_told_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"{kind}://corp:{PASSWORD}@127.0.0.1:1080")
    with pytest.raises(PermanentError) as error:
        open_session("https://crm.internal.example")
    assert f"ALL_PROXY is of the kind {kind}, which is not supported" in str(error.value)
    assert "http://host:port" in str(error.value)
    assert PASSWORD not in str(error.value)


def test_a_proxy_that_is_no_address_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", f"http://corp:{PASSWORD}@")
    with pytest.raises(PermanentError, match="https_proxy is no web address") as error:
        open_session("https://crm.internal.example")
    assert PASSWORD not in str(error.value)


def test_hosts_that_are_to_be_reached_directly_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "internal.example,other.example:8443")
    assert proxy_for("https", "crm.internal.example", 443) is None
    assert proxy_for("https", "other.example", 8443) is None
    assert proxy_for("https", "other.example", 443) is not None
    assert proxy_for("https", "localhost", 443) is None
    assert proxy_for("https", "::1", 443) is None


def test_the_password_of_a_proxy_is_a_secret_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", f"http://{CREDENTIALS[0]}@127.0.0.1:9")
    proxy_for("https", "crm.internal.example", 443)
    assert PASSWORD not in redacted(f"the proxy said {PASSWORD}")


def authority_in(folder: Path, name: str) -> tuple[Path, Path]:
    """The files of an authority's certificate, which is good for its server too, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    hosts = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(called, called, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, secret = folder / f"{name}.pem", folder / f"{name}.key"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form, sealed = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, sealed))
    return public, secret


@pytest.fixture
def private(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server whose certificate its own authority signed, and the file of that authority."""
    authority, secret = authority_in(tmp_path, "crm.internal.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, secret)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "3")
            self.end_headers()
            self.wfile.write(b"[2]")

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_port}", authority
        server.shutdown()


@pytest.mark.parametrize("variable", BUNDLES)
def test_an_authority_of_ones_own_is_trusted_when_a_variable_names_its_file(
    private: tuple[str, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    url, authority = private
    monkeypatch.setenv(variable, str(authority))
    for other in {*BUNDLES} - {variable}:  # set for other tools, to what does not hold it
        monkeypatch.setenv(other, str(authority_in(tmp_path, "another.example")[0]))
    with closing(open_session(url)) as shop:
        assert shop.get("/owners") == [2]


def test_an_authority_that_is_not_trusted_is_told_with_the_way_out(
    private: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_session(private[0])) as shop, pytest.raises(PermanentError) as error:
        shop.get("/owners")
    assert "a certificate that is not trusted here" in str(error.value)
    assert "REQUESTS_CA_BUNDLE or SSL_CERT_FILE names (neither is set)" in str(error.value)
    assert shop.stats.requests == 1


@pytest.mark.parametrize("variable", [*BUNDLES, "SSL_CERT_DIR"])
def test_a_file_of_authorities_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "nowhere.pem"))
    with pytest.raises(PermanentError, match=rf"{variable} is .*nowhere\.pem, and there is no"):
        open_session("https://crm.internal.example")


def test_a_file_without_certificates_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with pytest.raises(PermanentError, match=r"REQUESTS_CA_BUNDLE is .*no certificates"):
        open_session("https://crm.internal.example")


def test_tls_goes_through_a_proxy_with_a_password(
    proxy: str, private: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, authority = private
    monkeypatch.setattr(Proxy, "to", int(url.rpartition(":")[2]))
    monkeypatch.setenv("HTTPS_PROXY", f"http://{CREDENTIALS[0]}@{proxy}")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with closing(open_session("https://crm.internal.example")) as shop:
        assert shop.get("/owners") == [2]
        assert shop.get("/owners") == [2]
    assert Proxy.asked == ["CONNECT crm.internal.example:443"]
