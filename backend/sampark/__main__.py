"""Run `python -m sampark`."""

import sys

from sampark.cli import main

sys.exit(main())
