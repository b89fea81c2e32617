"""`sampark serve`: answer mail and show the dashboard, in one process."""

import argparse

from rich.console import Console

from sampark import settings

SANDBOX_PORT = 8025


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    chosen = settings.load(
        home=arguments.home, port=arguments.port, sandbox_port=arguments.sandbox_port
    )
    if arguments.sandbox_port is None and chosen.sandbox_port == 0:
        chosen = chosen.model_copy(update={"sandbox_port": SANDBOX_PORT})
    console = Console()
    with console.status("Starting"):
        from sampark.cli import serving
    if chosen.gmail_endpoint or serving.connected(chosen):
        serving.beside_gmail(chosen, console)
    else:
        serving.beside_sandbox(chosen, console)
    return 0
