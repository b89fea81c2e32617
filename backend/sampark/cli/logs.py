"""Where a command's log lines go: to standard error, for what it prints may be data."""

import sys

import structlog


def to_standard_error() -> None:
    """Send every log line of this process to standard error as it is when the line is written."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        logger_factory=_logger,
        cache_logger_on_first_use=False,
    )


def _logger(*_: object) -> structlog.WriteLogger:
    return structlog.WriteLogger(sys.stderr)
