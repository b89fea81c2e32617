"""`sampark lab` builds its command from what was asked."""

import json

from sampark.cli import lab


def test_the_command_names_folder_port_and_overrides(tmp_path):
    command = lab.command_line(tmp_path, tmp_path / "s", port=8899, browser=False)
    assert "--ServerApp.port=8899" in command
    assert f"--ServerApp.root_dir={tmp_path}" in command
    assert f"--LabApp.app_settings_dir={tmp_path / 's'}" in command
    assert "--no-browser" in command
    assert "--no-browser" not in lab.command_line(tmp_path, tmp_path, port=1, browser=True)


def test_the_overrides_are_json_that_asks_for_no_news():
    told = json.loads(json.dumps(lab._OVERRIDES))
    assert told["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_the_notebooks_lie_beside_the_source():
    assert lab.notebooks().name == "notebooks"
