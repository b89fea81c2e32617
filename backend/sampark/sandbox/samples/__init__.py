"""Files that a person might attach: shipped for the demo, the notebooks and the tests."""

from importlib.resources import files

from sampark.errors import SettingsError

HERE = "sampark.sandbox.samples"


def names() -> list[str]:
    """Return the names of the sample files."""
    found = (item.name for item in files(HERE).iterdir() if item.is_file())
    return sorted(name for name in found if not name.endswith((".py", ".pyc")))


def sample(name: str) -> bytes:
    """Return the bytes of a sample file; raises SettingsError naming those there are."""
    if name not in names():
        raise SettingsError(f"there is no sample {name}.", fix=f"There are: {', '.join(names())}.")
    return (files(HERE) / name).read_bytes()
