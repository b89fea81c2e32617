import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampark.domain.value import File
from sampark.reply.headers import attachable, file_name, subject


@pytest.mark.parametrize(
    ("stored", "clean"),
    [
        ("Re: RE: re[2]: Sales  numbers", "Sales numbers"),
        ("Fwd: Sales", "Fwd: Sales"),
        ("Report: Re: x", "Report: Re: x"),
        ("x\r\nBcc: evil@evil.com\r\n\r\nbody", "x Bcc: evil@evil.com body"),
        ("a\u202egpj.exe\x00\u200b", "agpj.exe"),
        ("Re:", ""),
        ("बिक्री", "बिक्री"),
        ("", ""),
    ],
)
def test_a_subject_is_one_clean_line_without_its_reply_marks(stored: str, clean: str):
    assert subject(stored) == clean


def test_a_long_subject_is_cut():
    assert len(subject("x" * 100_000)) == 400


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("sales-2026_v1.0.csv", "sales-2026_v1.0.csv"),
        ("Café résumé (2).PDF", "Café résumé 2.PDF"),
        ("see evil.com now", "see evil.com now"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\x.csv", "x.csv"),
        ('a"; filename="b.exe\r\nX: y.txt', "a filename b.exe X y.txt"),
        ("<img src=x onerror=go()>.png", "img src x onerror go.png"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("बिक्री.xlsx", "बिक्री.xlsx"),
        ("計画" * 100 + ".md", "計画" * 38 + "計.md"),
        ("\u0301\u0301.md", "file.md"),
        (".htaccess", "htaccess"),
        ("   ", "file"),
        ("", "file"),
        ("x" * 300 + ".parquet", "x" * 72 + ".parquet"),
    ],
)
def test_a_file_name_is_plain(name: str, clean: str):
    assert file_name(name) == clean


@settings(max_examples=200, deadline=None, database=None)
@given(st.text())
def test_any_name_comes_out_plain(name: str):
    plain = file_name(name)
    assert 1 <= len(plain) <= 80
    assert len(plain.encode()) <= 240
    assert all(
        char in "._ -" or unicodedata.category(char)[0] in "LM" or char.isdecimal()
        for char in plain
    )


def test_no_two_attachments_are_named_alike():
    names = ["report.pdf", "Report.pdf", "report-2.pdf", "répört.pdf"]
    files = [File(name=name, media_type="x", size=1, sha256=name) for name in names]
    kept = attachable(files)
    assert [file.name for file in kept] == [
        "report.pdf",
        "Report-2.pdf",
        "report-2-2.pdf",
        "répört.pdf",
    ]
    assert [file.sha256 for file in kept] == names
