"""A whole lab: mails through the real system, and an installation that is only read."""

import subprocess
import sys

import pytest

from sampark import lab as room
from sampark.errors import SettingsError, StoreError
from sampark.lab import Lab


@pytest.fixture(scope="module")
def lab():
    with Lab.open() as opened:
        yield opened


def test_a_mail_is_answered_with_its_files(lab):
    talk = lab.send("Please convert this to PDF.", subject="Rules", files=["minutes.md"])
    assert (talk.outcome, talk.task, talk.answer) == ("open", None, None)
    assert "Rules" in repr(talk)
    told = lab.settle()
    assert "understood → planning → running (2 steps done) → replying → done" in repr(told)
    assert talk.stands == "done"
    assert list(talk.files) == ["minutes.pdf"]
    assert "How this was done" in talk.answer.words
    assert "How this was done" not in talk.answer.said
    assert "How this was done" not in talk.html()
    assert lab.plan(talk).status("convert") == "done"
    assert lab.record(talk).ok
    assert lab.record(talk).files["minutes.pdf"].content == talk.files["minutes.pdf"].content
    assert lab.run(lab.plan(talk)).ok
    assert lab.conversation(lab.task(talk)) is talk


async def test_a_question_is_asked_and_answered(lab):
    talk = lab.send("Please convert the attached file.", files=["minutes.md"])
    await lab.asettle()
    assert talk.stands == "asking"
    assert len(talk.answers) == 1
    with pytest.raises(LookupError, match="no plan"):
        lab.plan(talk)
    talk.reply("docx")
    assert [mail.ours for mail in talk.mails] == [False, True, False]
    await lab.asettle()
    assert list(talk.files) == ["minutes.docx"]
    assert [mail.ours for mail in talk.mails] == [False, True, False, True]


def test_strangers_and_forgers_get_nothing(lab):
    stranger = lab.send("Convert it.", sender="Max <max@stranger.example>", files=["minutes.md"])
    forger = lab.send("Convert it.", proven=False)
    lab.settle()
    assert [talk.outcome for talk in (stranger, forger)] == ["refused", "refused"]
    assert not stranger.answers
    assert stranger.reason in stranger.html()
    with pytest.raises(LookupError, match="started no task: it is refused"):
        lab.task(forger)
    with pytest.raises(SettingsError, match="no mailbox in this lab"):
        stranger.reply("Hello?")


def test_lists_show_what_there_is(lab):
    assert len(lab.threads()) >= 4
    assert lab.threads()[0].stands == "done"
    assert "Rules" in lab.threads().html()
    assert lab.tasks()[0].task.kind == "convert"
    with pytest.raises(StoreError):
        lab.task("nosuch")


def test_an_installation_is_read_and_never_written_to(lab, tmp_path):
    home = lab.world.settings.home
    with Lab.open(home) as reader:
        assert repr(reader.tasks()) == repr(lab.tasks())
        assert len(reader.threads()) >= 4
        talk = reader.conversation(reader.tasks()[0])
        assert list(talk.files) == ["minutes.pdf"]
        assert reader.record(reader.tasks()[0]).ok
        for act in (reader.settle, lambda: reader.send("Hi"), lambda: talk.reply("Hi")):
            with pytest.raises(SettingsError, match="reads an installation"):
                act()


def test_a_folder_without_an_installation_stays_empty(tmp_path):
    with pytest.raises(SettingsError, match="no Sampark in"):
        Lab.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_importing_the_room_loads_nothing_heavy():
    code = "import sys, sampark.lab; print([m for m in ('dbos','sqlmodel','duckdb') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_name_of_the_room_is_there():
    for name in room.__all__:
        assert getattr(room, name) is not None
    assert sorted(room._HOMES) == room.__all__ == dir(room)
    with pytest.raises(AttributeError, match="nosuch"):
        _ = room.nosuch


def test_a_process_runs_one_system_and_says_so():
    with Lab.open() as first:
        folder = first.world.settings.home
        with Lab.open(models={}, approvals="honest") as second:
            with pytest.raises(SettingsError, match="this lab is closed"):
                first.settle()
            assert not folder.exists()
            assert len(second.threads()) == 0
            assert "no thread" in second.threads().html()
        second.close()
