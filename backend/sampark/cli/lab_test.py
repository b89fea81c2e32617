"""`sampark lab` builds its command from what was asked."""

import json
from pathlib import Path

from sampark.cli import lab


def test_the_command_names_folder_port_and_browser(tmp_path):
    command = lab.command_line(tmp_path, port=8899, browser=False)
    assert "--ServerApp.port=8899" in command
    assert f"--ServerApp.root_dir={tmp_path}" in command
    assert "--no-browser" in command
    assert "--no-browser" not in lab.command_line(tmp_path, port=1, browser=True)


def test_jupyterlab_is_told_to_ask_for_no_news(tmp_path):
    command = lab.command_line(tmp_path, port=1, browser=True)
    (option,) = [each for each in command if each.startswith("--LabApp.app_settings_dir=")]
    overrides = Path(option.partition("=")[2]) / "overrides.json"
    told = json.loads(overrides.read_text(encoding="utf-8"))
    assert told["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_the_notebooks_lie_beside_the_source():
    assert (lab.notebooks() / "01_first_mail.ipynb").is_file()
