"""A request as a command to paste into a shell, without a secret in it."""

import re
import shlex

from contracts.traffic.exchange import DEFAULT_HEADERS, Request
from contracts.traffic.secrets import Secrets

__all__ = ["curl"]

_MEMORABLE = 64  # from how many zeros on a run of them is written as a printf


def curl(request: Request, origin: str, secrets: Secrets, *, options: str = "") -> str:
    """Return a curl command that sends the request again.

    ``origin`` is scheme and host, such as ``https://api.example``. ``options`` are added as they
    are, each with a blank before it. Secrets stand as shell variables.
    """
    words = ["curl -sS -i" + options]
    if request.method == "HEAD":
        words.append("--head")
    elif request.method != "GET":
        words.append(f"-X {request.method}")
    if "%2e" in request.target.lower():
        words.append("--path-as-is")
    if re.search(r"[][{}]", request.target):
        words.append("--globoff")
    for name, value in request.headers:
        if DEFAULT_HEADERS.get(name) != value:
            words.append(f"-H {_header(name, value, secrets)}")
    if request.content:
        words.append(f"--data-raw {shlex.quote(request.content)}")
    return secrets.redacted(" ".join([*words, _url(origin + request.target)]))


def _header(name: str, value: str, secrets: Secrets) -> str:
    found = secrets.within(value)
    if found:
        secret, variable = found
        before, after = (_within_quotes(part) for part in value.split(secret, 1))
        return f'"{name}: {before}{variable}{after}"'
    if len(value) >= _MEMORABLE and set(value) == {"0"}:
        return f'"{name}: $(printf %0{len(value)}d 0)"'
    # To curl, "Name;" is the header with an empty value; "Name:" would leave it out.
    return shlex.quote(f"{name}: {value}" if value else f"{name};")


def _within_quotes(text: str) -> str:
    return re.sub(r'([$`"\\])', r"\\\1", text)


def _url(url: str) -> str:
    zeros = re.search(f"0{{{_MEMORABLE},}}", url)
    if not zeros:
        return shlex.quote(url)
    printf = f'"$(printf %0{len(zeros[0])}d 0)"'
    rest = url[zeros.end() :]
    return shlex.quote(url[: zeros.start()]) + printf + (shlex.quote(rest) if rest else "")
