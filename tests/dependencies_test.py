"""What the product imports is what `make demo` installs: no package of the tests, none of the lab."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent
OURS = {"sampark", "dashboards", "tests"}
OF_THE_LAB = {"anywidget", "traitlets"}  # imported by `sampark.lab` alone, which is an extra
OF_TESTS = ("conftest.py", "_test.py", "testing/plugin.py")


def _installed() -> set[str]:
    packages = tomllib.loads((ROOT / "poetry.lock").read_text("utf-8"))["package"]
    return {
        _plain(package["name"])
        for package in packages
        if "main" in package["groups"] and not package["optional"]
    }


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names - OURS


def test_every_import_of_the_product_is_installed_with_it():
    installed, homes = _installed(), packages_distributions()
    assert len(installed) > 50
    stray = [
        f"{path.relative_to(ROOT)} imports {name}"
        for room in ("backend", "dashboards")
        for path in sorted((ROOT / room).rglob("*.py"))
        if not path.as_posix().endswith(OF_TESTS)
        for name in sorted(_imported(path))
        if not (name in OF_THE_LAB and "lab" in path.parts)
        and not {_plain(home) for home in homes.get(name, [])} & installed
    ]
    assert stray == []
