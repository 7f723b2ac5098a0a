"""A server imports what it uses of Connexion; whoever needs the rest in its process gets it."""

import subprocess
import sys

UNUSED = ("flask", "httpx", "requests", "rich", "werkzeug.serving", "werkzeug.test")
SCRIPT = f"""
import sys
from mockserver.connexion_import import import_connexion
import_connexion()
import mockserver.app
print([name for name in {UNUSED} if name in sys.modules])
from connexion import AsyncApp
from starlette.testclient import TestClient
print(isinstance(AsyncApp("any").test_client(), TestClient))
import flask, httpx, requests
print(httpx.AsyncClient.__name__, requests.get.__name__, flask.Flask.__name__)
"""


def test_only_what_is_used_is_imported() -> None:
    """Neither Flask nor a client of any kind is there, until somebody asks for it."""
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["[]", "True", "AsyncClient get Flask"]
