import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest


def command(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "sampark", "serve", "--home", str(home), *words]


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen, dict]]:
    """`sampark serve` as a process, and what it said when it was ready."""
    home = tmp_path_factory.mktemp("home")
    words = command(home, "--port", "0", "--sandbox-port", "0")
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = {}
        for line in process.stdout:
            name, _, rest = line.strip().partition("  ")
            said[name] = rest.strip()
            if name == "Stop":
                break
        yield process, said
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def test_it_serves_until_it_is_told(serving):
    process, said = serving
    assert httpx.get(f"{said['Dashboard']}/health").json()["status"] == "ok"
    link = said["Sign in"].split(" ")[0]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/link/[\w-]{43}", link)
    assert "Sign in" in httpx.get(link).text
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0


def test_a_port_in_use_ends_it_with_one_line(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        words = command(tmp_path, "--port", port, "--sandbox-port", "0")
        ended = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"sampark: port {port} on 127.0.0.1 cannot be had: ")
    assert ended.stderr.count("\n") == 1
