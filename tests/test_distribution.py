"""What is built can be used without the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--disable-pip-version-check", "--wheel-dir", str(folder), str(ROOT)],
        check=True,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


def test_installed_elsewhere_it_finds_the_contract(wheel: Path, tmp_path: Path) -> None:
    """Installed from the wheel, code and data come from there, and a call can be drawn."""
    installed = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target",
         str(installed), "--disable-pip-version-check", str(wheel)],
        check=True,
    )  # fmt: skip
    program = (
        "import json, mockserver, openapi\n"
        "from mockserver.simulation import *\n"
        "from mockserver.app import create_app\n"
        "from mockserver.settings import Settings\n"
        "create_app(Settings(epoch=0))\n"
        "worlds = [World(0, 0, l, builtin_scenarios()) for l in ('en_US', 'es_ES', 'ja_JP')]\n"
        "q = Question('w', 'x')\n"
        "rooms = [json.loads(w.show(q, w.scenario(q), 9).body)['roomName'] for w in worlds]\n"
        "print(json.dumps([mockserver.__file__, str(openapi.CONTRACT), rooms]))"
    )
    # -P keeps the current folder, and PYTHONPATH puts the wheel's contents before the checkout.
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    package, contract, rooms = json.loads(done.stdout)
    assert Path(package).is_relative_to(installed)
    assert Path(contract).is_relative_to(installed)
    assert rooms == ["x", "x", "x"]
    scripts = {path.name for path in (installed / "bin").iterdir()}
    assert {"active-calls-mock", "active-calls-verify"} <= scripts


def test_every_data_file_is_shipped(wheel: Path) -> None:
    """No file beside the code is left out of the wheel, and no test is in it."""
    shipped = set(zipfile.ZipFile(wheel).namelist())
    for package in ("openapi", "mockserver", "contracts"):
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert str(path.relative_to(ROOT)) in shipped
    assert not [name for name in shipped if name.startswith("tests")]
