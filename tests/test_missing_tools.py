"""A check that cannot be had is skipped, with a line that says so; one that fails is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.container.__main__ import main as container
from tests.frontends.__main__ import main as frontends
from tests.generators.__main__ import main as generators

_PINGS = '#!/bin/sh\n[ "$1" = ping ] && exit 0\necho "npm $1: E404"\nexit 1\n'
_ALONE = '#!/bin/sh\necho "npm $1: ENOTFOUND"\nexit 1\n'
Main = Callable[[], str | None]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder with programs, which has none yet."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CI", "")
    monkeypatch.setattr("sys.argv", ["make"])
    return tmp_path


def have(machine: Path, npm: str) -> None:
    """Put a program in place of npm."""
    (machine / "npm").write_text(npm)
    (machine / "npm").chmod(0o755)


@pytest.mark.parametrize("main", [frontends, generators])
def test_what_npm_cannot_install_is_a_failure(main: Main, machine: Path) -> None:
    """Where its registry has answered, the project itself is wrong."""
    have(machine, _PINGS)
    assert "npm install: E404" in str(main())


@pytest.mark.parametrize("main", [frontends, generators])
def test_without_a_registry_nothing_is_tried(
    main: Main, machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line says so, and in CI it is a failure."""
    have(machine, _ALONE)
    assert main() is None
    assert "skipped" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    assert "npm ping: ENOTFOUND" in str(main())


@pytest.mark.parametrize(
    ("main", "missing"), [(frontends, "npm"), (generators, "npm"), (container, "buildah")]
)
@pytest.mark.usefixtures("machine")
def test_without_its_program_nothing_is_tried(
    main: Main,
    missing: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As without the registry."""
    assert main() is None
    assert missing in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    assert missing in str(main())
