"""`sampark lab`: JupyterLab on the notebooks."""

import argparse
import importlib.util
import os
import sys
from pathlib import Path
from typing import NoReturn

from sampark.errors import SettingsError

_PACKAGE = Path(__file__).parents[1]
# Answers the question whether JupyterLab may fetch news, and keeps it from looking for updates.
_OVERRIDES = _PACKAGE / "lab" / "jupyter"


def run(arguments: argparse.Namespace) -> NoReturn:
    """Become JupyterLab, so that the terminal's signals reach it and nothing else.

    Raises:
        SettingsError: JupyterLab is not installed.
    """
    for package in ("jupyterlab", "ipykernel"):
        if importlib.util.find_spec(package) is None:
            raise SettingsError(
                "JupyterLab is not installed.", fix="Type: poetry install --extras lab"
            )
    command = command_line(notebooks(), port=arguments.port, browser=not arguments.no_browser)
    os.execv(command[0], command)  # noqa: S606 - our own interpreter, our own arguments


def command_line(root: Path, *, port: int, browser: bool) -> list[str]:
    """Return the command that opens JupyterLab on a folder.

    Args:
        root: the folder that it shows.
        port: the port to listen on; JupyterLab takes the next free one if it is in use.
        browser: whether to open a browser on it.
    """
    options = [
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={root}",
        "--ServerApp.terminals_enabled=False",
        f"--LabApp.app_settings_dir={_OVERRIDES}",
        "--LabApp.extension_manager=readonly",
    ]
    if not browser:
        options.append("--no-browser")
    # JupyterLab refuses to serve root, who in a container is often the only user there is.
    if os.geteuid() == 0:
        options.append("--allow-root")
    return [sys.executable, "-m", "jupyterlab", *options]


def notebooks() -> Path:
    """Return the folder of the notebooks: beside the source, or the current one."""
    beside = _PACKAGE.parents[1] / "notebooks"
    return beside if beside.is_dir() else Path.cwd()
