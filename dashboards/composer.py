"""The form in which a mail is written, with its files."""

from collections.abc import Mapping
from pathlib import PureWindowsPath

import panel_material_ui as pmui
from panel.viewable import Viewable

from sampark.errors import SamparkError

LARGEST = 20_000_000
"""Bytes of all files of one mail: with the encoding of mail they grow to Gmail's 25 MB."""


class NotSendable(SamparkError):
    """The form is not complete, or its files are too large."""


class Composer:
    """The fields of a mail that is being written. `subject` says whether it has one."""

    def __init__(self, *, subject: bool, button: str, rows: int) -> None:
        self.subject = pmui.TextInput(
            label="Subject",
            max_length=500,
            sizing_mode="stretch_width",
            margin=(0, 0, 14, 0),
        )
        self._with_subject = subject
        self.words = pmui.TextAreaInput(
            label="What should be done?" if subject else "Your reply",
            rows=rows,
            auto_grow=True,
            max_rows=14,
            max_length=100_000,
            sizing_mode="stretch_width",
            margin=(0, 0, 14, 0),
        )
        self.files = pmui.FileInput(
            label="Attach files", multiple=True, icon="attach_file", variant="outlined", margin=0
        )
        self.button = pmui.Button(label=button, end_icon="send", variant="contained", margin=0)

    def view(self) -> Viewable:
        """Return the form."""
        space = pmui.Row(sizing_mode="stretch_width", margin=0)
        buttons = pmui.Row(self.files, space, self.button, sizing_mode="stretch_width", margin=0)
        head = [self.subject] if self._with_subject else []
        return pmui.Column(*head, self.words, buttons, sizing_mode="stretch_width", margin=0)

    def written(self) -> tuple[str, Mapping[str, bytes]]:
        """Return the words and the files by name.

        Raises:
            NotSendable: there is neither a word nor a file, or the files are too large.
        """
        words, files = self.words.value.strip(), self._attached()
        if not words and not files:
            raise NotSendable("The mail is empty.", fix="Write what should be done.")
        if sum(map(len, files.values())) > LARGEST:
            raise NotSendable("The files are too large.", fix="Attach 20 MB at most.")
        return words, files

    def clear(self) -> None:
        """Empty the form."""
        self.subject.value = ""
        self.words.value = ""
        self.files.clear()

    def _attached(self) -> Mapping[str, bytes]:
        contents, names = self.files.value, self.files.filename
        if not contents or not names:
            return {}
        if isinstance(contents, bytes):
            return {plain(str(names)): contents}
        return {plain(name): content for name, content in zip(names, contents, strict=True)}


def plain(name: str) -> str:
    """Return a file's name without folders and control characters."""
    last = PureWindowsPath(name).name
    return "".join(letter for letter in last if letter.isprintable()) or "file"
