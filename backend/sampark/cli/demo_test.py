import json
from pathlib import Path

from sampark.cli import main
from sampark.cli.letters import LETTERS


def test_a_second_demo_in_one_home_tells_of_its_own_mails(tmp_path: Path, capsys):
    words = ["demo", "--home", str(tmp_path / "home"), "--answers", str(tmp_path), "--json"]
    for _ in range(2):
        assert main(words) == 0
        told = json.loads(capsys.readouterr().out)
        assert [row["subject"] for row in told] == [letter.subject for letter in LETTERS]
        assert all(Path(name).stat().st_size for row in told for name in row["files"])
        assert all(row["answers"] or row["reason"] for row in told)
