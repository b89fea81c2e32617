import pytest

from dashboards.composer import Composer, NotSendable, plain


@pytest.mark.parametrize(
    "name,safe",
    [
        ("a.csv", "a.csv"),
        ("C:\\Users\\me\\a.csv", "a.csv"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nX-Evil: 1.csv", "aX-Evil: 1.csv"),
        ("", "file"),
        ("..", ".."),
        ("\x00", "file"),
    ],
)
def test_a_name_has_no_folder_and_no_line_break(name: str, safe: str):
    assert plain(name) == safe


def test_a_mail_needs_words_or_a_file():
    form = Composer(subject=True, button="Send", rows=2)
    form.words.value = "  \n "
    with pytest.raises(NotSendable, match="The mail is empty"):
        form.written()
    form.words.value = " Convert this. "
    form.files.param.update(value=[b"x", b"yy"], filename=["a.txt", "b/c.txt"])
    assert form.written() == ("Convert this.", {"a.txt": b"x", "c.txt": b"yy"})


def test_one_file_alone():
    form = Composer(subject=True, button="Send", rows=2)
    form.files.param.update(value=b"x", filename="a.txt")
    assert form.written() == ("", {"a.txt": b"x"})


def test_files_have_a_limit():
    form = Composer(subject=True, button="Send", rows=2)
    form.files.param.update(value=[b"x" * 20_000_001], filename=["a.bin"])
    with pytest.raises(NotSendable, match="too large"):
        form.written()


def test_a_sent_form_is_empty_again():
    form = Composer(subject=True, button="Send", rows=2)
    form.subject.value, form.words.value = "Subject", "Words"
    form.files.param.update(value=[b"x"], filename=["a.txt"])
    form.clear()
    with pytest.raises(NotSendable):
        form.written()
    assert form.subject.value == ""
