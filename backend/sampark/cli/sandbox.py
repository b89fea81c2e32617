"""`sampark sandbox`: the Gmail sandbox alone."""

import argparse
from collections.abc import Sequence

from sampark import settings
from sampark.sandbox.serve import serve

PORT = 8025


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    chosen = settings.load(home=arguments.home)
    port = PORT if arguments.sandbox_port is None else arguments.sandbox_port
    people = [name for name in chosen.requesters if not name.startswith("@")]
    accounts = arguments.account or [*chosen.accounts, *people]

    def listening(endpoint: str, known: Sequence[str]) -> None:
        print(f"Gmail sandbox on {endpoint}, accounts: {', '.join(known)}")
        print(f"How to get a token and build a client: {endpoint}/", flush=True)

    serve(
        settings.make_home(chosen.home) / "sandbox.db",
        host="127.0.0.1",
        port=port,
        accounts=accounts,
        listening=listening,
    )
    return 0
