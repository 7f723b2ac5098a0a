"""A mock of the active-calls API whose calls go on by the clock."""

import warnings

# Connexion imports Starlette's test client, which the mock never uses, and which says this of its
# own dependencies to whoever starts the server.
warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
