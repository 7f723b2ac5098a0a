"""``python -m tests.report.screenshot FILE``: a picture of the report on a faulty server."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import ViewportSize, sync_playwright

from tests.console.conftest import launch
from tests.implementations.base import altered, base, changing
from tests.implementations.call import ROOMS, WORKSPACE
from tests.implementations.faults_time import milliseconds, reworded_later
from tests.implementations.server import serve


def main(path: Path) -> None:
    """Verify it, and take the picture."""
    app = altered(altered(base(), changing(reworded_later)), changing(milliseconds))
    with TemporaryDirectory() as folder, serve(app) as url:
        report = Path(folder, "report.html")
        rooms = [word for room in ROOMS for word in ("--room", room)]
        subprocess.run(
            [
                sys.executable, "-m", "contracts", url, "--workspace-id", WORKSPACE, *rooms,
                "--profile", "quick", "--report-html", str(report),
            ],
            check=False,  # it violates
        )  # fmt: skip
        with sync_playwright() as playwright:
            page = launch(playwright).new_page(
                viewport=ViewportSize(width=1280, height=800), color_scheme="light"
            )
            page.goto(report.as_uri())
            page.screenshot(path=path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
