"""`sampark lab`: JupyterLab on the notebooks."""

import argparse
import importlib.util
import subprocess
import sys
from pathlib import Path

from sampark.errors import SettingsError


def run(arguments: argparse.Namespace) -> int:
    """Open JupyterLab and stay until it ends."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise SettingsError("JupyterLab is not installed.", fix="poetry install --extras lab")
    folder = notebooks()
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--port={arguments.port}",
        f"--notebook-dir={folder}",
        "--ServerApp.terminals_enabled=False",
    ]
    if arguments.no_browser:
        command.append("--no-browser")
    return subprocess.call(command)  # noqa: S603 - our own interpreter, our own arguments


def notebooks() -> Path:
    """Return the folder of the notebooks: beside the source, or the current one."""
    beside = Path(__file__).parents[3] / "notebooks"
    return beside if beside.is_dir() else Path.cwd()
