"""The way to the target: deadlines, proxies, certificates."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpcore2
import pytest

from contracts.asking.network import Deadline, certificates
from contracts.asking.opening import UnreachableError
from contracts.asking.pace import Budget
from contracts.asking.plan import plan
from contracts.asking.proxy import Proxy, find_proxy
from contracts.asking.session import Session
from contracts.asking.target import Target
from contracts.judging.history import History
from contracts.settings import UsageError
from tests.contracts.samples import Hand, settings
from tests.contracts.test_cli import run
from tests.implementations.server import Response, serve

PROXY = "http://user:pass-word@proxy.example:3128"


def test_each_step_takes_what_is_left_of_the_exchange() -> None:
    """However often a byte comes, the time is over at some point."""
    hand = Hand()
    deadline = Deadline(lambda: hand.seconds)
    assert deadline.left(5.0, httpcore2.ReadTimeout) == 5.0
    deadline.start(10.0)
    left = []
    with pytest.raises(httpcore2.ReadTimeout):
        while True:
            left.append(deadline.left(4.0, httpcore2.ReadTimeout))
            hand.sleep(3.0)
    assert left == [4.0, 4.0, 4.0, 1.0]
    deadline.start(10.0)
    assert deadline.left(None, httpcore2.ReadTimeout) == 10.0


def test_each_thread_has_a_time_of_its_own() -> None:
    """One request that takes long leaves the others theirs."""
    hand = Hand()
    deadline = Deadline(lambda: hand.seconds)
    deadline.start(1.0)
    hand.sleep(2.0)
    left: list[float] = []
    thread = threading.Thread(target=lambda: left.append(deadline.left(4.0, httpcore2.ReadTimeout)))
    thread.start()
    thread.join()
    assert left == [4.0]


ROUTES: list[tuple[str, dict[str, str], bool]] = [
    ("http://a.example", {}, False),
    ("http://a.example", {"http": PROXY}, True),
    ("https://a.example", {"http": PROXY}, False),
    ("https://a.example", {"all": PROXY}, True),
    ("http://a.example", {"http": "proxy.example:3128"}, True),
    ("http://127.0.0.1:4010", {"http": PROXY}, False),
    ("http://127.8.8.8", {"http": PROXY}, False),
    ("http://localhost", {"all": PROXY}, False),
    ("http://api.localhost", {"all": PROXY}, False),
    ("http://[::1]:80", {"http": PROXY}, False),
    ("http://10.1.2.3", {"http": PROXY, "no": "10.0.0.0/8"}, False),
    ("http://11.1.2.3", {"http": PROXY, "no": "10.0.0.0/8"}, True),
    ("http://10.1.2.3", {"http": PROXY, "no": "::/8, 10.1.2.3"}, False),
    ("http://[fd00::5]", {"http": PROXY, "no": "fd00::/8"}, False),
    ("http://a.example", {"http": PROXY, "no": "*"}, False),
    ("http://a.example", {"http": PROXY, "no": "b.example, EXAMPLE"}, False),
    ("http://a.example", {"http": PROXY, "no": ".a.example"}, False),
    ("http://a.example", {"http": PROXY, "no": "*.example"}, False),
    ("http://a.example", {"http": PROXY, "no": "a.example:80"}, False),
    ("http://a.example", {"http": PROXY, "no": "a.example:81"}, True),
    ("http://aa.example", {"http": PROXY, "no": "a.example,,"}, True),
]


@pytest.mark.parametrize(("url", "environment", "through"), ROUTES)
def test_the_environment_says_which_way_to_go(
    url: str, environment: dict[str, str], through: bool
) -> None:
    """This machine is never asked through a proxy; ranges are understood."""
    found = find_proxy(url, None, environment)
    assert (found is not None) == through
    assert found is None or found.shown == "http://proxy.example:3128"


def test_no_way_shows_the_password() -> None:
    """A command to paste has a variable in its place."""
    proxy = Proxy(PROXY)
    assert "pass-word" not in f"{proxy} {proxy.shown} {proxy.curl}"
    assert proxy.curl == (
        ' --proxy http://proxy.example:3128 --proxy-user "user:${PROXY_PASSWORD}"'
    )


@pytest.mark.parametrize(
    ("given", "environment", "line"),
    [
        (None, {"http": "ftp://u:pass-word@h:1"}, "HTTP_PROXY: expected http://HOST:PORT or"),
        (None, {"all": "socks5://u:pass-word@h:1"}, "ALL_PROXY: a proxy by socks5 takes"),
        (None, {"http": "http://h:x"}, "HTTP_PROXY: expected .* got 'http://h:x'"),
        (None, {"http": PROXY, "no": "10.0.0.0/33"}, "NO_PROXY: expected .* got '10.0.0.0/33'"),
        ("gopher://u:pass-word@h", {}, "--proxy: expected .* got 'gopher://h'"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_one_line(
    given: str | None, environment: dict[str, str], line: str
) -> None:
    """It names the variable, and no password."""
    with pytest.raises(UsageError, match=line) as error:
        find_proxy("http://a.example", given, environment)
    assert "pass-word" not in str(error.value)


def test_this_machine_has_no_proxy_before_it() -> None:
    """Whoever asks for one hears so."""
    with pytest.raises(UsageError, match="--proxy: localhost is this machine"):
        find_proxy("http://localhost:4010", PROXY, {})


@contextmanager
def opening(proxy: str) -> Iterator[Session]:
    """Yield a session that goes through a proxy."""
    url = proxy.replace("http://", "http://user:pass-word@")
    given = settings(base_url="http://target.example", proxy=url)
    target = Target(given, Budget(60), clock=Hand().clock)
    yield Session(given, target, plan("quick"), History())
    target.close()


HTML: dict[str, str | None] = {"Content-Type": "text/html"}


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (Response(407, b"<h1>Log in</h1>", HTML), "407: <h1>Log in</h1>"),
        (Response(503, b"<h1>No such host</h1>", HTML), "503: <h1>No such host</h1>"),
        (Response(403, b"<h1>Denied</h1>", HTML), "403: <h1>Denied</h1>"),
    ],
)
def test_what_a_proxy_says_is_not_the_targets(answer: Response, line: str) -> None:
    """Its name and the beginning of its page are in the line, its password is not."""
    with (
        serve(lambda _: answer) as url,
        opening(url) as one,
        pytest.raises(UnreachableError) as error,
    ):
        one.open()
    expected = f"the proxy {url} does not lead to http://target.example: {line}"
    assert str(error.value) == expected


def test_a_proxy_that_is_not_there_is_named() -> None:
    """It is not the target that refuses."""
    with (
        opening("http://127.0.0.1:9") as one,
        pytest.raises(UnreachableError, match=r"the proxy http://127\.0\.0\.1:9 cannot be reached"),
    ):
        one.open()


def test_a_tunnel_that_a_proxy_refuses_is_named() -> None:
    """With https the proxy answers before the target can."""
    with serve(lambda _: Response(407, b"no")) as url:
        given = settings(base_url="https://target.example", proxy=url)
        target = Target(given, Budget(60), clock=Hand().clock)
        answer = target.send(target.request("a"))
        target.close()
    assert answer.fault == "unreachable"
    assert answer.detail.startswith(f"the proxy {url} answered 407")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"ca": "no.pem"}, "--ca: there is no file 'no.pem'"),
        ({"ca": "text"}, "--ca: expected certificates in PEM in 'text'"),
        ({"cert": "no.pem"}, "--cert: there is no file 'no.pem'"),
        ({"cert": "text"}, "--cert: expected a certificate and its key in PEM in 'text'"),
    ],
)
def test_a_file_of_certificates_that_cannot_be_used_is_one_line(
    changes: dict[str, str],
    line: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It names option and file."""
    monkeypatch.chdir(tmp_path)
    Path("text").write_text("no certificate")
    given = settings(**{name: Path(value) for name, value in changes.items()})
    with pytest.raises(UsageError, match=line):
        certificates(given, None)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_store_that_is_not_there_is_named(
    variable: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the target needs none, it does not matter."""
    monkeypatch.setenv(variable, "/nowhere/ca.pem")
    arguments = ("https://127.0.0.1:9", "--workspace-id=w", "--room=r")
    status, _, err = run(capsys, *arguments)
    line = f"active-calls-verify: error: {variable}: there is no '/nowhere/ca.pem'\n"
    assert (status, err) == (2, line)
    context = certificates(settings(base_url="http://a.example"), None)
    assert context.verify_mode == ssl.CERT_NONE
