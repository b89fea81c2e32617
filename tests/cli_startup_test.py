"""`sampark --help` answers at once: what a command does not need is not imported for it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {
    "pydantic", "pydantic_ai", "panel", "sqlmodel", "sqlalchemy", "googleapiclient", "pandas", "numpy",
    "dbos", "duckdb", "altair", "fastapi", "uvicorn", "rich", "asyncio",
}  # fmt: skip
IMPORTED = re.compile(r"^import time:\s+\d+ \|\s+\d+ \|\s+(\S+)$", re.MULTILINE)


def ask(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "sampark", *words],
        cwd=ROOT / "backend",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["serve", "--help"], ["mail", "send", "--help"]]
)
def test_help_imports_nothing_heavy(words):
    asked = ask(*words)
    assert asked.returncode == 0
    assert "sampark" in asked.stdout
    roots = {name.partition(".")[0] for name in IMPORTED.findall(asked.stderr)}
    assert "argparse" in roots, "the import times could not be read"
    assert roots & HEAVY == set()


def test_a_wrong_command_is_told_in_one_line():
    asked = ask("sevre")
    told = [line for line in asked.stderr.splitlines() if not line.startswith("import time:")]
    assert asked.returncode == 2
    assert len(told) == 1
    assert "sevre" in told[0]
    assert "sampark --help" in told[0]
