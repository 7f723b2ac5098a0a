"""``make bench-proxy``: what the proxy costs beside its upstream alone, and what it holds."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click

from tests.benchmarks.loads import Driven, drive, wrk_version
from tests.benchmarks.servers import mock_command
from tests.processes import Server, free_port, leave_nothing, serving

_ROOMS = 200
_MANY, _ONE = 16, 1  # connections
_PART_SECONDS = 20


def _proxy_command(port: int, upstream: str) -> list[str]:
    options = ["--upstream", upstream, "--port", str(port), "--quiet"]
    return [sys.executable, "-m", "contracts.proxy", *options]


@contextmanager
def _both(folder: Path) -> Iterator[tuple[Server, Server]]:
    """Yield a mock, and a proxy before it."""
    port, own = free_port(), free_port()
    with serving(mock_command(port), port, folder) as upstream:
        upstream.seconds_to_answer("/healthz", {}, 60)
        with serving(_proxy_command(own, upstream.url), own, folder) as proxy:
            proxy.seconds_to_answer("/_proxy/state.json", {}, 60)
            yield upstream, proxy


def _compare(servers: tuple[Server, Server], rounds: int, seconds: int) -> None:
    cost, alone, through = [], [], []
    for _ in range(rounds):
        one, other = (drive(each, _ROOMS, 0, seconds, connections=_ONE) for each in servers)
        cost.append((other.p50 - one.p50) * 1000)
        rates = [_rate(drive(each, _ROOMS, 0, seconds, connections=_MANY)) for each in servers]
        alone.append(rates[0])
        through.append(rates[1])
    click.echo(f"one connection, at the median: {median(cost):.2f} ms more than the upstream")
    click.echo(
        f"{_MANY} connections: {median(through):,.0f} requests/s, upstream alone "
        f"{median(alone):,.0f}, on the same cores"
    )


def _rate(driven: Driven) -> float:
    return driven.requests / driven.seconds


def _grow(proxy: Server, exchanges: int) -> None:
    """Send so many, and tell what the proxy and its judge hold meanwhile."""
    sent = 0
    while sent < exchanges:
        driven = drive(proxy, _ROOMS, 0, _PART_SECONDS, connections=_MANY)
        assert not driven.errors, driven
        sent += driven.requests
        click.echo(f"{sent:>9,} exchanges: {proxy.memory_bytes() / 1e6:.0f} MB")


@click.command()
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@click.option("--seconds", default=3, show_default=True, type=click.IntRange(1), help="Of a load.")
@click.option("--exchanges", default=0, show_default=True, help="How many to hold memory against.")
def main(rounds: int, seconds: int, exchanges: int) -> None:
    """Compare the mock through the proxy with the mock alone."""
    if wrk_version() is None:
        raise click.ClickException("wrk is missing: on Debian, apt-get install wrk")
    leave_nothing()
    with TemporaryDirectory() as folder, _both(Path(folder)) as servers:
        drive(servers[1], _ROOMS, 0, 2)
        _compare(servers, rounds, seconds)
        _grow(servers[1], exchanges)


if __name__ == "__main__":
    main()
