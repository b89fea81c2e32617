"""`sampark sandbox`: the Gmail sandbox alone."""

import argparse

from sampark import settings
from sampark.sandbox.serve import serve

PORT = 8025


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    chosen = settings.load(home=arguments.home)
    port = PORT if arguments.sandbox_port is None else arguments.sandbox_port
    accounts = arguments.account or [*chosen.accounts, *chosen.requesters]
    chosen.home.mkdir(parents=True, exist_ok=True)
    print(f"Gmail sandbox on http://127.0.0.1:{port}, accounts: {', '.join(accounts)}")
    serve(chosen.home / "sandbox.db", host="127.0.0.1", port=port, accounts=accounts)
    return 0
