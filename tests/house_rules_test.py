"""Rules that no off-the-shelf linter knows. Each says why it exists."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.splitlines()
SOURCES = [
    ROOT / name
    for name in TRACKED
    if name.startswith(("backend/", "dashboards/"))
    and name.endswith(".py")
    and not name.endswith("_test.py")
    and "/versions/" not in name
    and (ROOT / name).exists()
]
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "core", "base_utils"}


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES
    }


def test_files_stay_readable_in_one_sitting():
    """A file over 350 lines holds two ideas: split it while that is cheap."""
    long = [
        f"{path.relative_to(ROOT)}: {count}"
        for path in SOURCES
        if (count := path.read_text(encoding="utf-8").count("\n")) > 350
    ]
    assert long == []


def test_functions_stay_on_one_screen(trees):
    """A function over 50 lines cannot be seen whole."""
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in trees.items()
        for node in functions(tree)
        if (node.end_lineno or 0) - node.lineno + 1 > 50
    ]
    assert long == []


def test_no_module_is_named_for_having_no_home():
    """`utils` names a missing concept."""
    vague = [str(p.relative_to(ROOT)) for p in SOURCES if {p.stem, p.parent.name} & VAGUE]
    assert vague == []


def test_every_module_says_why_it_exists(trees):
    assert [name for name, tree in trees.items() if not ast.get_docstring(tree)] == []


def test_the_story_of_a_mail_fits_one_page():
    """The story file is what a newcomer opens first: under 80 lines, no SQL, no HTTP, no try."""
    story = (ROOT / "backend/sampark/workflow/handle_message.py").read_text(encoding="utf-8")
    assert story.count("\n") < 80
    assert not [node for node in ast.walk(ast.parse(story)) if isinstance(node, ast.Try)]


def test_prompts_are_files_not_glued_strings(trees):
    """An f-string given to a model's run hides what the model was told."""
    glued = [
        f"{name}:{node.lineno}"
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"run", "run_sync", "iter"}
        and any(isinstance(arg, ast.JoinedStr | ast.BinOp) for arg in node.args)
    ]
    assert glued == []


def test_only_settings_reads_the_environment(trees):
    readers = [
        name
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]
    assert readers == []


def test_the_lock_names_no_index():
    """A lock with a source entry installs only where that index is reachable."""
    lock = (ROOT / "poetry.lock").read_text(encoding="utf-8")
    assert "[package.source]" not in lock


def test_no_test_replaces_our_own_code():
    """A patched function proves nothing about the one that ships."""
    patched = [
        name
        for name in TRACKED
        if name.endswith("_test.py")
        and name != "tests/house_rules_test.py"
        and any(
            word in (ROOT / name).read_text(encoding="utf-8")
            for word in ("unittest.mock", "monkeypatch.setattr", "mocker.")
        )
    ]
    assert patched == []


def test_every_behaviour_of_a_mailbox_is_a_test_over_http():
    """A mailbox must behave in 25 numbered ways; a number that is lost here is no longer tried."""
    tests = [name for name in TRACKED if name.startswith(("tests/flows/", "tests/faults/"))]
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in tests if (ROOT / name).exists()]
    found = {
        number
        for text in texts
        for number in re.findall(r"^def test_behaviour_(\d\d)_", text, re.MULTILINE)
    }
    assert found == {f"{number:02}" for number in range(1, 26)}
