"""Log lines do not mix with what a command prints."""

from collections.abc import Iterator

import pytest
import structlog

from sampark.cli import main


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_a_log_line_of_a_command_goes_to_standard_error(tmp_path, capsys):
    assert main(["users", "list", "--json", "--home", str(tmp_path / "none")]) == 0
    capsys.readouterr()
    structlog.get_logger("sampark").error("story failed", subject="a task")
    told = capsys.readouterr()
    assert told.out == ""
    assert "story failed" in told.err
    assert "subject=a task" in told.err.replace("'", "")
