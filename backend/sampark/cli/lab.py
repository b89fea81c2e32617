"""`sampark lab`: JupyterLab on the notebooks."""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from sampark.errors import SettingsError

# Answers the question whether JupyterLab may fetch news, and keeps it from looking for updates.
_OVERRIDES = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    }
}


def run(arguments: argparse.Namespace) -> int:
    """Open JupyterLab and stay until it ends."""
    for package in ("jupyterlab", "ipykernel"):
        if importlib.util.find_spec(package) is None:
            raise SettingsError(
                "JupyterLab is not installed.", fix="Type: poetry install --extras lab"
            )
    with tempfile.TemporaryDirectory(prefix="sampark-jupyter-") as folder:
        (Path(folder) / "overrides.json").write_text(json.dumps(_OVERRIDES), encoding="utf-8")
        command = command_line(
            notebooks(), Path(folder), port=arguments.port, browser=not arguments.no_browser
        )
        return subprocess.call(command)  # noqa: S603 - our own interpreter, our own arguments


def command_line(root: Path, overrides: Path, *, port: int, browser: bool) -> list[str]:
    """Return the command that opens JupyterLab on a folder.

    Args:
        root: the folder that it shows.
        overrides: the folder with the settings that are other than JupyterLab's own.
        port: the port to listen on; JupyterLab takes the next free one if it is in use.
        browser: whether to open a browser on it.
    """
    options = [
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={root}",
        "--ServerApp.terminals_enabled=False",
        f"--LabApp.app_settings_dir={overrides}",
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
    beside = Path(__file__).parents[3] / "notebooks"
    return beside if beside.is_dir() else Path.cwd()
