"""What docs/deploy.md and its files say is so: options exist, ports and probes agree."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from openapi import CONTROL, load_contract
from tests.mockserver.serving import COMMAND, serve
from tests.stability.commands import COMMANDS

DOCS = Path(__file__).parents[2] / "docs"
COMPOSE = DOCS / "deploy" / "compose.yaml"
CONTAINERFILE = DOCS.parent / "Containerfile"
# What is said to Docker, and not to the mock.
DOCKERS = {"--publish", "--no-healthcheck", "--format", "--user", "--build-arg"}
KUBERNETES = DOCS / "deploy" / "kubernetes.yaml"


@pytest.fixture(scope="module")
def options() -> set[str]:
    """The options that the command has."""
    done = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True)
    return set(re.findall(r"--[a-z-]+", done.stdout))


def compose() -> Any:
    """Return the compose file."""
    return yaml.safe_load(COMPOSE.read_text())


def manifests() -> dict[tuple[str, str], Any]:
    """Return the manifests by kind and name."""
    found = yaml.safe_load_all(KUBERNETES.read_text())
    return {(one["kind"], one["metadata"]["name"]): one for one in found}


def container() -> Any:
    """Return the mock's container in Kubernetes."""
    deployment = manifests()["Deployment", "active-calls-mock"]
    return deployment["spec"]["template"]["spec"]["containers"][0]


def commands() -> Iterator[list[str]]:
    """Yield the words of each command of the mock in the documents."""
    yield compose()["services"]["mock"]["command"]
    yield container()["args"]
    text = (DOCS / "deploy.md").read_text()
    for line in re.findall(
        r"`(active-calls-mock [^`]*)`|^docker .*(active-calls-mock .*)", text, re.M
    ):
        yield shlex.split("".join(line))
    yield json.loads(instructions()["CMD"])


def instructions() -> dict[str, str]:
    """Return what the last stage of Containerfile says, by instruction."""
    text = CONTAINERFILE.read_text().replace("\\\n", "")
    lines = [line.partition(" ") for line in text.splitlines() if line and line[0] != "#"]
    return {name: value.strip() for name, _, value in lines}


def image_environment() -> dict[str, str]:
    """Return the variables that the image sets."""
    return dict(word.split("=", 1) for word in shlex.split(instructions()["ENV"]))


def test_options_exist(options: set[str]) -> None:
    """Each that the files give, and each that the text names, on the command line or not."""
    named = {word for command in commands() for word in command if word.startswith("--")}
    text = (DOCS / "deploy.md").read_text()
    named |= set(re.findall(r"`(--[a-z-]+[a-z])`", text)) - DOCKERS
    assert len(named) > 10 and named <= options
    assert all(command[0] == "active-calls-mock" for command in commands())
    variables = {*compose()["services"]["mock"]["environment"]}
    variables |= {one for one in image_environment() if one.startswith("ACTIVE_CALLS_MOCK_")}
    variables |= {one["name"] for one in container()["env"]}
    variables |= set(re.findall(r"ACTIVE_CALLS_MOCK_[A-Z_]+", text))
    spelt = {"--" + name.removeprefix("ACTIVE_CALLS_MOCK_").lower() for name in variables}
    assert {one.replace("_", "-") for one in spelt} <= options


def test_ports_agree() -> None:
    """Who asks the mock, or Redis, asks where it listens."""
    mock = compose()["services"]["mock"]
    port = image_environment()["ACTIVE_CALLS_MOCK_PORT"]
    assert port == instructions()["EXPOSE"]
    assert "--port" not in [*mock["command"], *container()["args"]]
    assert f":{port}/readyz" in " ".join(mock["healthcheck"]["test"])
    nginx = (DOCS / "deploy" / "nginx.conf").read_text()
    assert f"server mock:{port}" in nginx
    (published,) = compose()["services"]["nginx"]["ports"]
    assert f"listen {published.rpartition(':')[2]};" in nginx
    assert container()["ports"] == [{"name": "http", "containerPort": int(port)}]
    everything = manifests()
    service = everything["Service", "active-calls-mock"]["spec"]
    labels = everything["Deployment", "active-calls-mock"]["spec"]["template"]["metadata"]["labels"]
    assert service["selector"].items() <= labels.items()
    assert service["ports"][0]["targetPort"] == "http"
    annotations = everything["Deployment", "active-calls-mock"]["spec"]["template"]["metadata"]
    assert annotations["annotations"]["prometheus.io/port"] == str(
        container()["ports"][0]["containerPort"]
    )
    redis = everything["Service", "active-calls-redis"]["spec"]["ports"][0]["port"]
    url = everything["Secret", "active-calls-store"]["stringData"]["url"]
    assert url == f"redis://active-calls-redis:{redis}/0"


def test_probes_ask_for_what_there_is() -> None:
    """Paths of the mock's own description; alive, and ready."""
    paths = load_contract(CONTROL)["paths"]
    probes = {name: container()[name]["httpGet"] for name in container() if "Probe" in name}
    assert {probe["path"] for probe in probes.values()} == {"/healthz", "/readyz"} <= set(paths)
    assert all(probe["port"] == "http" for probe in probes.values())
    assert probes["livenessProbe"]["path"] == "/healthz"
    assert probes["readinessProbe"]["path"] == "/readyz"


def test_there_is_time_for_draining() -> None:
    """More than the eight seconds that the mock takes at most."""
    assert int(compose()["services"]["mock"]["stop_grace_period"].rstrip("s")) > 8
    pod = manifests()["Deployment", "active-calls-mock"]["spec"]["template"]["spec"]
    waits = int(container()["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] > 8 + waits


def test_the_image() -> None:
    """Not as root, as Kubernetes has it too; its check asks for what there is."""
    security = container()["securityContext"]
    user = str(security["runAsUser"])
    assert security["runAsNonRoot"] and instructions()["USER"] == f"{user}:{user}"
    health = instructions()["HEALTHCHECK"]
    (path,) = re.findall(r"'GET', '([^']+)'", health)
    assert path in load_contract(CONTROL)["paths"]
    _, code = json.loads(health.partition(" CMD ")[2])[1:]
    compile(code, "HEALTHCHECK", "exec")
    context = compose()["services"]["mock"]["build"]
    assert (COMPOSE.parent / context["context"] / context["dockerfile"]).samefile(CONTAINERFILE)


@pytest.mark.parametrize(("path", "status"), [("/healthz", 0), ("/no-such-path", 1)])
def test_the_check_of_the_image(path: str, status: int) -> None:
    """It says how the mock is, at the port that the environment names."""
    _, *arguments = json.loads(instructions()["HEALTHCHECK"].partition(" CMD ")[2])
    check = [sys.executable, *(word.replace("/healthz", path) for word in arguments)]
    with serve() as served:
        environment = {**os.environ, "ACTIVE_CALLS_MOCK_PORT": str(served.port)}
        done = subprocess.run(check, env=environment, capture_output=True)
    assert done.returncode == status, done.stderr


def test_what_is_started_in_the_image() -> None:
    """Each line of the guide ends with a command that there is, and options that it has."""
    lines = re.findall(
        r"^docker run .*? active-calls(?: (.+))?$", (DOCS / "deploy.md").read_text(), re.M
    )
    assert len(lines) == 3 and json.loads(instructions()["CMD"])[0] in COMMANDS
    for line in filter(None, lines):
        name, *words = shlex.split(line)
        assert COMMANDS[name].make_context(name, words)


def test_links_lead_somewhere() -> None:
    """The text names files that are there."""
    text = (DOCS / "deploy.md").read_text()
    links = re.findall(r"\]\((deploy/[^)]+)\)", text)
    assert links and all((DOCS / link).is_file() for link in links)
