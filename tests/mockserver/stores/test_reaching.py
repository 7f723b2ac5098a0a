"""What is told at the start of a Redis that cannot be used as its address says."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.state.log import StoreError
from mockserver.state.redis import agree
from mockserver.state.store import parse_store
from tests.mockserver.stores.conftest import WORLD
from tests.processes import free_port
from tests.redis_server import MISSING, RedisServer


def told(url: str) -> str:
    """Return why a Redis cannot be used."""
    with pytest.raises(StoreError) as error:
        agree(parse_store(url).url, WORLD, patience=0.5)
    return str(error.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine, signed by itself, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on the PATH")
    key, file = (tmp_path_factory.mktemp("tls") / name for name in ("key.pem", "cert.pem"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", file],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_text(key.read_text() + file.read_text())
    return file


@pytest.fixture(scope="module")
def tls(certificate: Path) -> Iterator[str]:
    """The host and port of a Redis that speaks TLS."""
    if MISSING:
        pytest.skip(MISSING)
    server, port = RedisServer(certificate.parent, "--save", ""), str(free_port())
    names = ("tls-cert-file", "tls-key-file", "tls-ca-cert-file")
    words = [word for name in names for word in (name, str(certificate))]
    words += ["tls-auth-clients", "no", "tls-port", port]
    try:
        if (answer := server.command("CONFIG", "SET", *words)) != "+OK":
            pytest.skip(f"this Redis speaks no TLS: {answer}")
        yield f"127.0.0.1:{port}"
    finally:
        server.kill()


def test_a_redis_with_tls(tls: str, certificate: Path) -> None:
    """It needs its own scheme, and somebody who vouches for it."""
    assert agree(f"rediss://{tls}/0?ssl_ca_certs={certificate}", WORLD) == WORLD
    assert agree(f"rediss://{tls}/0?ssl_cert_reqs=none", WORLD) == WORLD
    assert "ssl_ca_certs" in told(f"rediss://{tls}/0")
    assert "with TLS is rediss://" in told(f"redis://{tls}/0")


def test_a_redis_that_is_busy_at_the_start(redis: RedisServer) -> None:
    """A mock that starts beside it waits, where a request would no longer."""
    redis.command("CLIENT", "PAUSE", "1600")
    assert agree(redis.url, WORLD) == WORLD


def test_a_redis_without_tls(redis: RedisServer) -> None:
    """It waits for more of what it takes for a command."""
    assert "without TLS is redis://" in told(redis.url.replace("redis://", "rediss://"))


@pytest.mark.parametrize("database", ["99", "9" * 30])
def test_a_database_that_is_not_there(redis: RedisServer, database: str) -> None:
    """Redis has 16, unless it is told otherwise."""
    assert "no database of that number" in told(f"{redis.url.removesuffix('0')}{database}")
