import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import sampark
from sampark.errors import SamparkError
from sampark.sandbox.control import Control
from sampark.sandbox.serve import serve

PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from sampark.sandbox.serve import serve
try:
    serve(Path(sys.argv[1]), host="127.0.0.1", port=0, accounts=["ann@example.com"],
          listening=lambda endpoint, _: print(endpoint, flush=True))
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


@pytest.fixture
def start(tmp_path):
    def start():
        source = str(Path(sampark.__file__).parents[1])
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "gmail.db"), source],
            stdout=subprocess.PIPE,
            text=True,
        )

    return start


def test_a_process_killed_outright_keeps_what_it_answered(start, written):
    with start() as process:
        control = Control(process.stdout.readline().strip())
        token = control.account("ann@example.com")
        delivered = control.deliver(written(subject="A", message_id="<a@x>"), to="ann@example.com")
        os.kill(process.pid, signal.SIGKILL)
    with start() as process:
        control = Control(process.stdout.readline().strip())
        assert control.account("ann@example.com") == token
        answer = written(subject="Re: A", in_reply_to="<a@x>")
        again = control.deliver(answer, to="ann@example.com")
        assert again.thread_id == delivered.thread_id
        os.kill(process.pid, signal.SIGINT)
        assert process.stdout.read() == "stopped\n"
        assert process.wait() == 0


def test_a_port_in_use_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SamparkError, match=f"port {port}"):
            serve(tmp_path, host="127.0.0.1", port=port, accounts=[])
