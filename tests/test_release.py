"""One version everywhere, and the same bytes from the same sources."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from tests.release.versions import disagreements, notes, version

ROOT = Path(__file__).parents[1]
WORKFLOWS = ROOT / ".github" / "workflows"
WORKFLOW = yaml.safe_load((WORKFLOWS / "release.yml").read_text("utf-8"))
TARGETS = {*re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text("utf-8"), re.M)}
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


def run(project: Path, *arguments: str) -> tuple[int, str, str]:
    """Run the command of a project as the workflow does, with no package but Python's own."""
    shutil.copytree(ROOT / "tests" / "release", project / "tests" / "release", dirs_exist_ok=True)
    command = [sys.executable, "-S", "-m", "tests.release", *arguments]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def test_the_gate(project: Path) -> None:
    """The command that the workflow begins with lets the right tag pass, and no other."""
    right = version(project)
    (project / "CHANGELOG.md").write_text(f"## [{right}] - 2026-12-01\n\n### Added\n\n- y\n")
    wrong = f"the tag is v0.0.0, expected v{right}, as pyproject.toml has it\n"
    assert run(project, "check", "v0.0.0") == (1, wrong, "")
    assert run(project, "check", f"v{right}") == (0, f"v{right} can be released\n", "")
    assert run(project, "notes") == (0, "### Added\n\n- y\n", "")
    status, _, told = run(project, "check")
    assert (status, told) == (2, "usage: python -m tests.release notes | check TAG\n")


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
    """What cannot be taken back comes after every test, and none of it is ever left out."""
    jobs = WORKFLOW["jobs"]
    needs = {
        name: {needed} if isinstance(needed := job.get("needs", []), str) else {*needed}
        for name, job in jobs.items()
    }
    assert needs == {
        "build": set(),
        "test": {"build"},
        "try-image": {"build"},
        "attest": {"test", "try-image"},
        **{name: {"attest"} for name in ("pypi", "npm", "image")},
        "release": {"pypi", "npm", "image"},
    }
    assert len(jobs["test"]["strategy"]["matrix"]["python"]) == 3
    for one in [*jobs.values(), *(step for job in jobs.values() for step in job["steps"])]:
        assert not {"if", "continue-on-error"} & one.keys(), one


def programs_of(job: str) -> list[str]:
    """Return what the steps of a job run, in their order: the lines of scripts, or an action."""
    steps = WORKFLOW["jobs"][job]["steps"]
    did = [step.get("run") or step["uses"].partition("@")[0] for step in steps]
    return [line.strip() for text in did for line in text.splitlines()]


def test_each_job_does_what_it_is_for() -> None:
    """The tag is held against the version first, and the major tag moved last of all."""
    get, checkout = "actions/download-artifact", "actions/checkout"
    python = [checkout, "actions/setup-python"]
    assert programs_of("build") == [
        *python,
        'python -m tests.release check "$GITHUB_REF_NAME"',
        "make check-dist PYTHON=python",
        "make sbom PYTHON=python",
        "python -m tests.release notes > build/notes.md",
        "npm pack ./mockserver/player --pack-destination build",
        *["actions/upload-artifact"] * 2,
    ]
    assert programs_of("test") == [*python, get, "make test-wheel PYTHON=python"]
    assert programs_of("try-image") == [*python, "make image PYTHON=python"]
    assert programs_of("attest") == [get, get, *["actions/attest"] * 2]
    assert programs_of("pypi") == [get, "pypa/gh-action-pypi-publish"]
    publish = "npm publish ./build/*.tgz --provenance --access public"
    assert programs_of("npm") == ["actions/setup-node", get, publish]
    assert programs_of("image")[-2:] == ["docker/build-push-action", "actions/attest"]
    moves = (
        'gh release create "$GITHUB_REF_NAME" dist/* build/* --verify-tag \\',
        'gh api --method PATCH "$refs/tags/$major" -f "sha=$GITHUB_SHA" -F force=true --silent',
        'gh api --method POST "$refs" -f "ref=refs/tags/$major" -f "sha=$GITHUB_SHA" --silent',
    )
    writes = [line for line in programs_of("release") if line.startswith(("gh release", "gh api"))]
    assert writes == [*moves]


def test_the_targets_of_the_workflows_exist() -> None:
    """Each `make` of a workflow, wherever it stands in a script, is one of Makefile's."""
    for path in WORKFLOWS.glob("*.yml"):
        jobs = yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
        scripts = "\n".join(step.get("run", "") for job in jobs for step in job["steps"])
        found = re.findall(r"(?<![\w-])make +([a-z][\w-]*)", scripts)
        assert found, path.name
        assert {*found} <= TARGETS, path.name
