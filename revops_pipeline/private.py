"""What is made here is for the user who runs it: rows of customers, and settings with secrets."""

from __future__ import annotations

from pathlib import Path

FOLDER, FILE = 0o700, 0o600


def private_folder(path: Path) -> Path:
    """The folder, made where it is missing, its parents too; one that is there stays as it is."""
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir(FOLDER, exist_ok=True)
    path.mkdir(exist_ok=True)  # raises FileExistsError for a file
    return path
