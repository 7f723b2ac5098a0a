"""``python -m tests.stability``: accepts the surfaces as they are now."""

from tests.stability.surfaces import FOLDER, SURFACES, text

for name in SURFACES:
    (FOLDER / f"{name}.txt").write_text(text(name), "utf-8")
