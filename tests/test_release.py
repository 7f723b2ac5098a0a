"""One version everywhere, and the same bytes from the same sources."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from tests.release.versions import disagreements, notes, version

ROOT = Path(__file__).parents[1]
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8"))
_PACKAGE = "mockserver/player/package.json"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the files of this project that have a version."""
    for name in ("pyproject.toml", "CHANGELOG.md", _PACKAGE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def replace(file: Path, old: str, new: str) -> None:
    """Change a text in a file."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_there_is_one_version() -> None:
    """CHANGELOG.md, pyproject.toml and the npm package agree."""
    assert list(disagreements(ROOT)) == []


def test_another_version_is_told(project: Path) -> None:
    """In each of the places, in a line that says what is expected."""
    right = version(project)
    (project / _PACKAGE).write_text(json.dumps({"version": "0.0.1"}))
    replace(project / "CHANGELOG.md", f"## [{right}]", "## [0.0.2]")
    assert list(disagreements(project)) == [
        f"CHANGELOG.md: the newest version is 0.0.2, that of pyproject.toml is {right}",
        f"{_PACKAGE}: the version is 0.0.1, that of pyproject.toml is {right}",
    ]


def test_a_release_needs_its_tag_and_a_date(project: Path) -> None:
    """The workflow stops before anything is built."""
    right = version(project)
    changelog = project / "CHANGELOG.md"
    heading = changelog.read_text("utf-8").partition(f"## [{right}] - ")[2].partition("\n")[0]
    replace(changelog, f"## [{right}] - {heading}", f"## [{right}] - unreleased")
    assert list(disagreements(project, f"v{right}")) == [
        f"CHANGELOG.md: {right} has no date: expected ## [{right}] - YYYY-MM-DD"
    ]
    replace(changelog, f"## [{right}] - unreleased", f"## [{right}] - 2026-12-01")
    assert list(disagreements(project, f"v{right}")) == []
    assert list(disagreements(project, "v0.0.3")) == [
        f"the tag is v0.0.3, expected v{right}, as pyproject.toml has it"
    ]


def test_notes_of_a_release(project: Path) -> None:
    """They are the version's part of CHANGELOG.md, and no other's."""
    right = version(project)
    text = (
        f"# Changelog\n\n## [Unreleased]\n\n- x\n\n## [{right}] - 2026-12-01\n\n### Added\n\n- y\n"
    )
    (project / "CHANGELOG.md").write_text(text + "\n## [0.0.1] - 2026-01-01\n\n- z\n")
    assert notes(project) == "### Added\n\n- y"
    (project / "CHANGELOG.md").write_text(f"## [{right}] - 2026-12-01\n")
    assert list(disagreements(project)) == [f"CHANGELOG.md: nothing is said of {right}"]


def test_the_same_sources_make_the_same_bytes(tmp_path: Path) -> None:
    """Elsewhere, with another umask, and from the sdist instead of the checkout."""
    build(ROOT, tmp_path / "first")
    (sdist,) = (tmp_path / "first").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    elsewhere = tmp_path / sdist.name.removesuffix(".tar.gz")
    (elsewhere / "PKG-INFO").unlink()  # which is made, and not among the sources
    build(elsewhere, tmp_path / "again", umask=0o077)
    built = sorted((tmp_path / "first").iterdir())
    assert len(built) == 2
    for file in built:
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name


def build(sources: Path, folder: Path, umask: int = -1) -> None:
    """Build sdist and wheel of what is in a folder."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=sources,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
        umask=umask,
        capture_output=True,
        check=True,
    )


def jobs_that_may(permission: str) -> set[str]:
    """Return the jobs of the workflow that may write something."""
    jobs = WORKFLOW["jobs"].items()
    return {name for name, job in jobs if job["permissions"].get(permission) == "write"}


def test_each_job_may_do_what_it_has_to() -> None:
    """Who builds and tests can write nothing; who publishes is trusted for that alone."""
    assert WORKFLOW["permissions"] == {}
    assert jobs_that_may("id-token") == {"attest", "pypi", "npm", "image"}
    assert jobs_that_may("attestations") == {"attest", "image"}
    assert jobs_that_may("packages") == {"image"}
    assert jobs_that_may("contents") == {"release"}
    steps = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
    assert not any("${{" in step.get("run", "") for step in steps)


def test_nothing_is_published_before_all_is_tried() -> None:
    """What cannot be taken back comes after every test, and the major tag last of all."""
    jobs = WORKFLOW["jobs"]
    assert set(jobs["attest"]["needs"]) == {"test", "try-image"}
    assert {jobs[name]["needs"] for name in ("pypi", "npm", "image")} == {"attest"}
    assert set(jobs["release"]["needs"]) == {"pypi", "npm", "image"}
    assert len(jobs["test"]["strategy"]["matrix"]["python"]) == 3


def test_the_targets_of_the_workflow_exist() -> None:
    """Each `make` of the workflow is one of Makefile's."""
    for job in WORKFLOW["jobs"].values():
        for step in job["steps"]:
            if (run := step.get("run", "")).startswith("make "):
                command = ["make", "--dry-run", *run.split()[1:]]
                done = subprocess.run(command, cwd=ROOT, capture_output=True)
                assert done.returncode == 0, run
