"""Where a command puts the files of a mail."""

from collections.abc import Mapping
from pathlib import Path

from sampark.errors import SettingsError


def place(name: str, *, option: str) -> Path:
    """Make the folder that an option names, where there is none; raises SettingsError."""
    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SettingsError(
            f"the folder {name} cannot be made: {reason}.", fix=f"Choose another: {option} DIR."
        ) from error
    return folder


def save(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write files by their names, which came by mail: none of them leads out of the folder.

    Raises:
        SettingsError: a file cannot be written, for example because the disk is full.
    """
    paths = [folder / Path(name).name for name in files]
    try:
        for path, content in zip(paths, files.values(), strict=True):
            path.write_bytes(content)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SettingsError(f"a file cannot be written to {folder}: {reason}.") from error
    return paths
