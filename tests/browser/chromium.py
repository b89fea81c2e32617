"""Finds a Chromium for the browser tests and the screenshots, or tries to get one."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Options under which a Chromium runs as root, and asks nothing of the network by itself."""
PATIENCE = 300


@cache
def find() -> str | None:
    """Return the path of a Chromium, got from somewhere if need be; None where none can be had."""
    for got in (_named, _installed, _playwrights, _downloaded, _from_debian):
        path = got()
        if path is not None and _starts(path):
            return path
    return None


def _named() -> str | None:
    return os.environ.get("CHROMIUM") or None  # noqa: TID251 - says which browser a test may drive


def _installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _playwrights() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _downloaded() -> str | None:
    _try([sys.executable, "-m", "playwright", "install", "chromium"])
    return _playwrights()


def _from_debian() -> str | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    _try(["apt-get", "update", "-qq"])
    _try(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
    return _installed()


def _starts(path: str) -> bool:
    return _try([path, "--no-sandbox", "--version"])


def _try(command: list[str]) -> bool:
    try:
        ended = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0
