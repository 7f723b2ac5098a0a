"""What docs/deploy.md and its files say is so: options exist, ports and probes agree."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from openapi import CONTROL, load_contract
from tests.mockserver.serving import COMMAND

DOCS = Path(__file__).parents[2] / "docs"
COMPOSE = DOCS / "deploy" / "compose.yaml"
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
    for line in re.findall(r"`(active-calls-mock [^`]*)`", (DOCS / "deploy.md").read_text()):
        yield shlex.split(line)
    entry = re.search(r"ENTRYPOINT (\[.*\])", (DOCS / "deploy" / "Dockerfile").read_text())
    assert entry
    yield yaml.safe_load(entry[1])


def test_options_exist(options: set[str]) -> None:
    """Each that the files give, and each that the text names, on the command line or not."""
    named = {word for command in commands() for word in command if word.startswith("--")}
    text = (DOCS / "deploy.md").read_text()
    named |= set(re.findall(r"`(--[a-z-]+[a-z])`", text))
    assert len(named) > 10 and named <= options
    variables = {*compose()["services"]["mock"]["environment"]}
    variables |= {one["name"] for one in container()["env"]}
    variables |= set(re.findall(r"ACTIVE_CALLS_MOCK_[A-Z_]+", text))
    spelt = {"--" + name.removeprefix("ACTIVE_CALLS_MOCK_").lower() for name in variables}
    assert {one.replace("_", "-") for one in spelt} <= options


def test_ports_agree() -> None:
    """Who asks the mock, or Redis, asks where it listens."""
    mock = compose()["services"]["mock"]
    port = mock["command"][mock["command"].index("--port") + 1]
    assert f":{port}/readyz" in " ".join(mock["healthcheck"]["test"])
    nginx = (DOCS / "deploy" / "nginx.conf").read_text()
    assert f"server mock:{port}" in nginx
    (published,) = compose()["services"]["nginx"]["ports"]
    assert f"listen {published.rpartition(':')[2]};" in nginx
    arguments = container()["args"]
    assert [{"name": "http", "containerPort": int(arguments[arguments.index("--port") + 1])}] == (
        container()["ports"]
    )
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


def test_links_lead_somewhere() -> None:
    """The text names files that are there."""
    text = (DOCS / "deploy.md").read_text()
    links = re.findall(r"\]\((deploy/[^)]+)\)", text)
    assert links and all((DOCS / link).is_file() for link in links)
