from sampark.cli import main
from sampark.sandbox.server import Sandbox

ANN = "ann@example.com"


def test_a_mail_is_sent_and_read_as_the_same_person(tmp_path, capsys):
    with Sandbox(tmp_path, accounts=[ANN, "bob@example.com"]) as sandbox:
        place = ["--as", ANN, "--endpoint", sandbox.endpoint]
        assert main(["mail", "send", *place, "--to", "bob@example.com", "Hello"]) == 0
        told = capsys.readouterr().out
        assert f"sampark mail read --as {ANN} --endpoint {sandbox.endpoint}" in told
        assert "No account" not in told
        assert main(["mail", "read", *place]) == 0
        assert "Hello" in capsys.readouterr().out


def test_a_mail_that_nobody_gets_is_told(tmp_path, capsys):
    with Sandbox(tmp_path, accounts=[ANN]) as sandbox:
        place = ["--as", ANN, "--endpoint", sandbox.endpoint]
        assert main(["mail", "send", *place, "--to", "x@elsewhere.example.org", "Hello"]) == 0
        assert "No account of the sandbox has x@elsewhere.example.org" in capsys.readouterr().out
