"""Requests by who may not see a call: other workspaces, and keys that are none."""

from collections.abc import Iterator
from typing import Any

from contracts.asking.session import Session
from contracts.traffic.address import scheme_and_token
from contracts.traffic.exchange import Request

__all__ = ["with_wrong_keys", "without_key", "workspaces"]


def workspaces(session: Session) -> list[str]:
    """Return the given other workspace, an unknown one, an extension and a prefix of the right.

    In a small profile they are fewer.
    """
    right, given = session.settings.workspace_id, session.settings.other_workspace_id
    found = [given] if given else []
    found += [f"unknown-{session.random.getrandbits(48):012x}", f"{right}x"]
    if right[:-1].strip():
        found.append(right[:-1].strip())
    return found[: session.plan.foreign]


def with_wrong_keys(
    session: Session, path: str, most: int = 5, **request: Any
) -> Iterator[Request]:
    """Yield requests with a wrong key and without one, and with what begins or ends like it.

    ``request`` is what they ask for, as a target makes requests. There are no more than ``most``.
    """
    name, key = session.settings.credential or ("", "")
    scheme, _ = scheme_and_token(key)
    keys = [None, f"{scheme}wrong-{session.random.getrandbits(48):012x}"]
    if session.settings.profile == "full":
        keys.append("")
        # Whoever compares beginnings only takes these for the key. Of a password in base64 and of
        # several cookies, the end may mean nothing.
        if scheme.lower() != "basic " and name.lower() != "cookie":
            keys += [f"{key}x", *([key[:-1]] if len(key) > 1 else [])]
    for one in keys[-most:] if most == 1 else keys[:most]:
        if one is None:
            yield without_key(session, path, **request)
        else:
            yield session.target.request(path, key=one, **request)


def without_key(session: Session, path: str, **request: Any) -> Request:
    """Return a request without the header that lets us in."""
    name, _ = session.settings.credential or ("", "")
    return session.target.request(path, key=None, without=(name.lower(),), **request)
