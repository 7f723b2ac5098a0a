"""What counts as the value of an option: on the command line, in the environment, under pytest."""

from pathlib import Path

import pytest

from contracts.cli import main
from contracts.given import read
from contracts.options import OPTIONS, PREFIX, Option
from contracts.settings import Settings, UsageError

BY_NAME = {option.name: option for option in OPTIONS}
RIGHT = ("http://h", "--workspace-id=w", "--room=r")


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("BASE_URL", *(option.key.upper() for option in OPTIONS)):
        monkeypatch.delenv(f"{PREFIX}_{name}", raising=False)


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """Return the settings of each verification that was begun; none is carried out."""
    begun: list[Settings] = []

    def keep(settings: Settings, quiet: bool) -> int:
        begun.append(settings)
        return 0

    monkeypatch.setattr("contracts.cli._verify", keep)
    return begun


def status(*arguments: str) -> object:
    """Run the command; return its exit status."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["http://h", "--workspace-id=w", "--room", "--profile", "quick"],
            "--room: expected a value, got the option --profile; a value that begins with - is "
            "given in one word, as --room=-x",
        ),
        ([*RIGHT, "--api-key", "--fail-on=should"], "--api-key: expected a value, got the option"),
        ([*RIGHT, "--room", "--help"], "--room: expected a value, got the option --help"),
        ([*RIGHT, "--room", "-q"], "--room: expected a value, got the option -q"),
        ([*RIGHT, "--room", "--", "http://h"], "--room: expected a value, got something that"),
        ([*RIGHT, "--api-key", "-s3cret"], "--api-key: expected a value, got something that"),
        ([*RIGHT, "--seed", "-5"], "--seed: expected a value, got something that begins with -"),
        (["--explain", "--room"], "--explain: expected a value, got the option --room"),
        ([*RIGHT, "--room"], "Option '--room' requires an argument"),
        ([*RIGHT, "--watch"], "Option '--watch' requires an argument"),
        *(
            ([*RIGHT, f"--{option.name}="], f"--{option.name}: expected a value, got an empty one")
            for option in OPTIONS
            if not option.flag and not option.may_be_empty
        ),
    ],
)
def test_an_option_without_its_value_is_a_mistake(
    arguments: list[str],
    line: str,
    verified: list[Settings],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Such as that of a shell variable that is not set. Nothing is verified."""
    assert (status(*arguments), verified) == (2, [])
    printed = capsys.readouterr()
    assert printed.out == ""
    assert line in printed.err
    assert printed.err.count("\n") == 1
    assert "s3cret" not in printed.err


@pytest.mark.parametrize("name", ["--help", "-x", "--profile", "--", "--room=a"])
def test_a_value_that_begins_like_an_option_is_one(name: str, verified: list[Settings]) -> None:
    """With an equals sign, whatever follows it is the value."""
    assert status(f"--room={name}", f"--api-key={name}", *RIGHT[:2]) == 0
    assert [(one.rooms, one.api_key) for one in verified] == [((name,), name)]


LISTS = ["a b\nc\n", "a b\r\nc\r\n", "\n\na b\n  \nc\n\n", "a b\r\n\r\nc"]


@pytest.mark.parametrize("text", LISTS)
def test_a_list_in_the_environment_may_have_empty_lines(
    text: str, verified: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A block of YAML ends with a newline; a file from Windows has other ends of lines."""
    monkeypatch.setenv(f"{PREFIX}_ROOM", text)
    monkeypatch.setenv(f"{PREFIX}_HEADER", text.replace("a b", "X-A: 1 2").replace("c", "X-C: 3"))
    assert status(*RIGHT[:2]) == 0
    [got] = verified
    assert got.rooms == ("a b", "c")
    assert got.headers == (("X-A", "1 2"), ("X-C", "3"))


def test_a_name_keeps_its_blanks_in_the_environment() -> None:
    """They are part of it; only the ends of lines are not. An unusual separator is no end."""
    assert BY_NAME["room"].chosen((), {f"{PREFIX}_ROOM": " a \r\nb\u2028c\n"}) == [
        " a ",
        "b\u2028c",
    ]


@pytest.mark.parametrize("option", [one for one in OPTIONS if not one.may_be_empty])
def test_an_empty_variable_says_nothing(option: Option) -> None:
    """That is what CI makes of an input that nobody gave."""
    assert option.chosen(None, {option.variable: ""}) is None


@pytest.mark.parametrize(
    ("text", "insecure"),
    [("1", True), ("true", True), ("Yes\n", True), ("0", False), ("false", False)],
)
def test_a_flag_in_the_environment_may_say_no(text: str, insecure: bool) -> None:
    """Also under pytest, which shares the reading of it."""
    option = BY_NAME["insecure"]
    assert option.chosen(False, {option.variable: text}) is insecure
    assert option.chosen(None, {option.variable: text}) is insecure


def test_a_flag_that_is_neither_yes_nor_no_is_a_mistake() -> None:
    """A word that nobody foresaw must not switch the checking of certificates off."""
    with pytest.raises(UsageError, match="INSECURE: expected true or false, got 'maybe'"):
        BY_NAME["insecure"].chosen(False, {f"{PREFIX}_INSECURE": "maybe"})


def test_the_command_line_wins_also_with_an_empty_key() -> None:
    """A key of the environment is not sent where the command line has none to give."""
    option = BY_NAME["api-key"]
    assert option.chosen("", {option.variable: "k"}) == ""
    assert option.chosen(None, {option.variable: "k"}) == "k"
    assert option.chosen(None, {option.variable: ""}) == ""


def test_an_empty_key_is_no_key_and_is_remembered() -> None:
    """No header is sent for it."""
    got = read("http://h", {"workspace-id": "w", "room": ["r"], "api-key": ""})
    assert (got.api_key, got.api_key_is_empty) == (None, True)
    assert not read("http://h", {"workspace-id": "w", "room": ["r"]}).api_key_is_empty


@pytest.mark.parametrize(
    ("option", "path", "why"),
    [
        ("report-json", "folder", "Is a directory"),
        ("report-html", "file/report.html", "File exists"),
        ("report-junit", "file/below/report.xml", "Not a directory"),
        ("report-markdown", "n" * 300, "File name too long"),
        ("report-dir", "file", "File exists"),
    ],
)
def test_a_report_that_cannot_be_written_is_a_mistake(
    option: str,
    path: str,
    why: str,
    tmp_path: Path,
    verified: list[Settings],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is found before the first request."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    assert (status(*RIGHT, f"--{option}={path}"), verified) == (2, [])
    said = capsys.readouterr().err
    assert f"error: --{option}: '{path}" in said
    assert said.endswith(f"cannot be written: {why}\n")


def test_looking_whether_a_report_can_be_written_changes_no_file(
    tmp_path: Path, verified: list[Settings]
) -> None:
    """An earlier report stays as it is until there is a new one; folders are made."""
    earlier = tmp_path / "earlier.json"
    earlier.write_text("{}")
    assert status(*RIGHT, "--report-json=earlier.json", "--report-dir=new/folder") == 0
    assert earlier.read_text() == "{}"
    assert list((tmp_path / "new" / "folder").iterdir()) == []
    assert len(verified) == 1


@pytest.mark.parametrize(
    ("left_out", "line"),
    [
        (["--skip=list"], "--require: list (that is list.shape) is left out by --skip"),
        (["--only=shape"], "--require: list (that is list.shape) is left out by --only"),
    ],
)
def test_what_is_left_out_cannot_be_required(
    left_out: list[str],
    line: str,
    verified: list[Settings],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Such a run could only end inconclusive."""
    assert (status(*RIGHT, *left_out, "--require=list"), verified) == (2, [])
    assert line in capsys.readouterr().err
