"""Read the playbook files that ship with the package."""

from importlib.resources import files

import yaml

from sampark.planning.playbooks.book import Playbook

ORDER = ("profile", "ask", "convert", "merge", "split", "event", "remind")


def load() -> tuple[Playbook, ...]:
    """Return every playbook, in the order in which they are offered."""
    folder = files("sampark.planning.playbooks")
    return tuple(
        Playbook.model_validate(yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")))
        for name in ORDER
    )
