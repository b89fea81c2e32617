import re
from dataclasses import fields, is_dataclass
from importlib.resources import files
from itertools import count
from types import UnionType
from typing import get_args, get_origin, get_type_hints

import pytest
from jinja2 import UndefinedError, meta
from pydantic import BaseModel

from sampark.reply.inert import Known
from sampark.reply.references import UnsafeReply
from sampark.reply.render import environment, render
from sampark.reply.sample_test import Eye
from sampark.reply.sanitise import Body
from sampark.reply.style import PART_STYLE
from sampark.reply.views import VIEWS, AnswerView, MailView, NoticeView

TEMPLATES = sorted(
    path.name
    for path in (files("sampark.reply") / "templates").iterdir()
    if path.name.endswith("jinja2")
)
KINDS = (".txt.jinja2", ".html.jinja2")
# A mail program's business; what stands in the receipt anyway.
HTML_ONLY = {".subject", ".picture.width", ".picture.height"}
RECEIPT_ONLY = {".files.sha256"}


def source(name: str) -> str:
    return (files("sampark.reply") / "templates" / name).read_text(encoding="utf-8")


def variables(name: str) -> set[str]:
    tree = environment().parse(source(name))
    parts = [part for part in meta.find_referenced_templates(tree) if part is not None]
    return meta.find_undeclared_variables(tree).union(*map(variables, parts))


def filled(kind: object, numbers: count) -> object:
    """Return a value of a type in which every string is a word of its own."""
    if get_origin(kind) is UnionType:
        return filled(get_args(kind)[0], numbers)
    if get_origin(kind) is tuple:
        return (filled(get_args(kind)[0], numbers),)
    if kind is str:
        return f"word{next(numbers)}"
    if kind is bool:
        return True
    if kind is Known:
        return Known()
    assert isinstance(kind, type)
    assert is_dataclass(kind) or issubclass(kind, BaseModel)
    names = [f.name for f in fields(kind)] if is_dataclass(kind) else list(kind.model_fields)
    hints = get_type_hints(kind)
    return kind(**{name: filled(hints[name], numbers) for name in names})


def words_of(value: object, path: str = "") -> list[tuple[str, str]]:
    """Return every string in a view with the names that lead to it."""
    match value:
        case str():
            return [(path, value)]
        case tuple():
            return [pair for item in value for pair in words_of(item, path)]
        case BaseModel() if not isinstance(value, Body):
            names = list(type(value).model_fields)
        case MailView():
            names = [field.name for field in fields(value)]
        case _:
            return []
    return [p for name in names for p in words_of(getattr(value, name), f"{path}.{name}")]


def test_every_template_belongs_to_a_view_and_every_view_has_both():
    named = {view.template + kind for view in VIEWS for kind in KINDS}
    parts = {name for name in TEMPLATES if name.startswith(("_", "base."))}
    assert set(TEMPLATES) == named | parts
    used = {
        part
        for name in TEMPLATES
        for part in meta.find_referenced_templates(environment().parse(source(name)))
    }
    assert parts == used


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_holds_what_its_templates_name(view: type[MailView]):
    own = {field.name for field in fields(view)}
    html = variables(view.template + ".html.jinja2") - {"css"}
    text = variables(view.template + ".txt.jinja2")
    assert html == own - {"known"}
    assert text == own - {"known", "subject"}


@pytest.mark.parametrize("view", VIEWS)
def test_every_word_of_a_view_stands_in_both_bodies(view: type[MailView]):
    made = filled(view, count(100))
    assert isinstance(made, MailView)
    mails = [render(made)]
    if isinstance(made, AnswerView):
        values = {field.name: getattr(made, field.name) for field in fields(made)}
        mails.append(render(AnswerView(**{**values, "bodies": ()})))
    text = "".join(mail.text for mail in mails)
    html = "".join(mail.html for mail in mails)
    pairs = words_of(made)
    assert {name for name, word in pairs if word not in html} <= RECEIPT_ONLY
    assert {name for name, word in pairs if word not in text} <= RECEIPT_ONLY | HTML_ONLY


def test_every_style_is_used():
    sources = "".join(map(source, TEMPLATES))
    used = set(re.findall(r"css\.(\w+)", sources))
    tones = {part for part in PART_STYLE if part.startswith("dot_")}
    assert used | tones == set(PART_STYLE)


def test_only_a_sanitised_body_passes_unescaped():
    marked = [line for name in TEMPLATES for line in source(name).splitlines() if "safe" in line]
    assert all(re.search(r"\{\{ body\.(text|html) \| safe \}\}", line) for line in marked)
    assert len(marked) == 2


def test_a_missing_name_is_an_error():
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody }}").render(known=Known())


def test_every_value_is_one_inert_escaped_line():
    hostile = "a\n\n<b>\u202e https://evil.com"
    mail = render(NoticeView(subject=hostile, known=Known(), problem=hostile, fix="x"))
    assert mail.text.startswith("a <b> hxxps[:]//evil[.]com\n\nx\n")
    assert mail.html.count("a &lt;b&gt; hxxps[:]//evil[.]com") == 2
    assert Eye(mail.html).reached == []


def test_a_body_that_reaches_out_is_refused_by_the_second_lock():
    made = filled(AnswerView, count())
    assert isinstance(made, AnswerView)
    values = {field.name: getattr(made, field.name) for field in fields(made)}
    leaking = Body(text="x", html='<img src="https://evil.com">')
    with pytest.raises(UnsafeReply, match="img src"):
        render(AnswerView(**{**values, "bodies": (leaking,)}))
