"""Run `python -m sampark`."""

from sampark.cli import run

run()
