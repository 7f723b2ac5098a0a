"""The options of the command, and its words for mistakes."""

import os
import socket
import subprocess
import threading
from importlib.resources import files
from pathlib import Path

import httpx2
import pytest

from tests.mockserver.serving import COMMAND, Served, get, serve


def run(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [*COMMAND, *options],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "x"], ["--port", "'x'"]),
        (["--port", "99999"], ["--port", "65535"]),
        (["--host", "nowhere.invalid"], ["--host", "nowhere.invalid"]),
        (["--freeze-at", "yesterday"], ["--freeze-at", "2024-06-01T10:02:25Z"]),
        (["--epoch", "2024-06-01T10:02:25"], ["--epoch", "2024-06-01T10:02:25Z"]),
        (["--epoch", "2024-06-01"], ["--epoch", "offset"]),
        (["--freeze-at", "9999-12-31T23:59:59Z"], ["--freeze-at", "2100"]),
        (["--freeze-at", "0001-01-01T00:00:00+14:00"], ["--freeze-at", "1970"]),
        (["--host", "192.0.2.1"], ["--host", "192.0.2.1"]),
        (["--time-scale", "0"], ["--time-scale"]),
        (["--time-scale", "nan"], ["--time-scale"]),
        (["--locale", "xx"], ["--locale", "en_US"]),
        (["--rate-limit", "many"], ["--rate-limit", "60/m"]),
        (["--freeze-at", "2024-06-01T10:02:25Z", "--time-scale", "2"], ["--freeze-at"]),
        (["--room", "ws/"], ["--room", "ws/"]),
        (["--scenarios", "nowhere.yaml"], ["nowhere.yaml", "No such file"]),
        (["--log-level", "loud"], ["--log-level", "info"]),
        (["--workers", "0"], ["--workers"]),
        (["--journal", "-1"], ["--journal"]),
        (["--store", "mysql://127.0.0.1/x"], ["--store", "redis://"]),
        (["--store", "redis://:s3cret@127.0.0.1:1/0"], ["--store", "port 1: nobody answers"]),
        (["--store", "redis://127.0.0.1:99999"], ["--store", "port"]),
        (["--store", "redis://127.0.0.1:1/many"], ["--store", "number of a database"]),
        (["--store", "redis://h/0?connection_class=1"], ["--store", "%3F"]),
        (["--store", f"redis://{'a' * 99}"], ["--store", "no possible name"]),
        (["--store", ""], ["--store", "memory"]),
        (["--store", "/nowhere/store"], ["--store", "/nowhere"]),
        (["--store", "/"], ["--store", "folder"]),
        (["--store", __file__], ["--store", "not a database"]),
        (["--api-key", ""], ["--api-key"]),
        (["--api-key", "\udcff"], ["--api-key", "never be sent"]),
        (["--room", "\udcff"], ["--room", "'\\udcff'"]),
        (["--host", "a..b"], ["--host", "a..b"]),
        (["--allow-host", "https://a.example/"], ["--allow-host", "mock.example.com"]),
        (["--allow-host", ""], ["--allow-host", "mock.example.com"]),
        (["--scenarios", ""], ["--scenarios", "empty"]),
        (["--playwright-fixture", "nowhere"], ["--playwright-fixture", "nowhere"]),
        (["--nonsense"], ["--nonsense"]),
        (["extra"], ["extra"]),
    ],
)
def test_mistake_is_one_line_and_status_2(options: list[str], words: list[str]) -> None:
    """A mistake names the option and what would be right, in one line."""
    done = run(*options)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert all(word in done.stderr for word in words), done.stderr
    assert done.stdout == ""


def test_environment_stands_in_for_options() -> None:
    """Each option can be given in the environment; a mistake there is one line too."""
    done = run(ACTIVE_CALLS_MOCK_PORT="x")
    assert done.returncode == 2
    assert "'x'" in done.stderr
    with serve(ACTIVE_CALLS_MOCK_ROOM="lobby ws-a/desk") as served:
        assert get(served, "lobby").status_code == 200
        assert get(served, "call-abc123").status_code == 404


def test_host_may_be_a_name() -> None:
    """A host name is looked up."""
    with serve("--host", socket.gethostname()) as served:
        assert get(served, "x").status_code == 200


def test_names_of_a_tunnel_are_options() -> None:
    """Several names can be allowed, on the command line and in the environment."""
    options, names = (
        ("--allow-host", "a.example", "--allow-host", ".b.example"),
        "a.example .b.example",
    )
    for arguments, environment in ((options, {}), ((), {"ACTIVE_CALLS_MOCK_ALLOW_HOST": names})):
        with serve(*arguments, **environment) as served:
            for host, status in (("a.example", 200), ("x.b.example", 200), ("c.example", 403)):
                about = httpx2.get(served.url + "/_mock/about", headers={"host": host})
                assert about.status_code == status


def test_scenarios_may_come_from_a_pipe(tmp_path: Path) -> None:
    """The file is read once, so that it can be a pipe, and may change while the mock runs."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    text = "scenarios: {own: {description: x, call: {customerName: Ada}}}"
    writer = threading.Thread(target=lambda: pipe.write_text(text))
    writer.start()
    with serve("--scenarios", str(pipe), "--workers", "2") as served:
        writer.join(30)
        names = {get(served, "mock-own").json()["customerName"] for _ in range(10)}
    assert names == {"Ada"}


def test_taken_port_is_one_line(mock: Served) -> None:
    """A port that is in use is named."""
    done = run("--port", str(mock.port))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"--port {mock.port}" in done.stderr


def test_help_explains_every_option() -> None:
    """The help names each option with its default."""
    output = run("--help").stdout
    for option in ("host", "port", "seed", "epoch", "freeze-at", "time-scale", "locale", "api-key",
                   "rate-limit", "room", "scenarios", "workers", "journal", "store", "metrics",
                   "no-console", "log-level", "allow-host", "playwright-fixture"):  # fmt: skip
        assert f"--{option}" in output
    assert output.count("default") >= 15


def test_fixture_for_playwright_is_written(tmp_path: Path) -> None:
    """Both files go into the folder, over older ones; nothing is served."""
    (tmp_path / "active-calls-mock.js").write_text("an older one")
    done = run("--playwright-fixture", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    written = sorted(tmp_path.iterdir())
    assert [path.name for path in written] == ["active-calls-mock.d.ts", "active-calls-mock.js"]
    assert sorted(done.stdout.splitlines()) == [f"Wrote {path}" for path in written]
    for path in written:
        shipped = files("mockserver").joinpath("playwright", path.name)
        assert path.read_bytes() == shipped.read_bytes()
