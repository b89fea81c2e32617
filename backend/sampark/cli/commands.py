"""What can be typed: names, options and examples, without importing what they run."""

from argparse import ArgumentTypeError
from dataclasses import dataclass
from typing import Any

Argument = tuple[tuple[str, ...], dict[str, Any]]


def at_least_one(word: str) -> int:
    """Read a count, as argparse asks of a type."""
    if not word.isdecimal() or int(word) < 1:
        raise ArgumentTypeError(f"{word!r} is no count of 1 or more")
    return int(word)


def option(*flags: str, **options: Any) -> Argument:  # noqa: ANN401 - argparse's own options
    """Return one argument of a command, in argparse's words."""
    return flags, options


@dataclass(frozen=True)
class Command:
    """One command: it runs `function` of `sampark.cli.<module>`, or has `children`."""

    name: str
    summary: str
    examples: tuple[str, ...]
    module: str = ""
    function: str = "run"
    arguments: tuple[Argument, ...] = ()
    children: tuple["Command", ...] = ()


HOME = option("--home", metavar="DIR", help="where Sampark keeps its data (default: ~/.sampark)")
JSON = option("--json", action="store_true", help="print JSON")
PORT = option("--port", type=int, metavar="N", help="the dashboard's port (default: 8765)")
SANDBOX_PORT = option("--sandbox-port", type=int, metavar="N", help="the sandbox's port")
DEFAULT_PERSON = "you@example.com"
WHO = option(
    "--as",
    dest="who",
    default=DEFAULT_PERSON,
    metavar="ADDRESS",
    help=f"the person of the sandbox (default: {DEFAULT_PERSON})",
)
ENDPOINT = option(
    "--endpoint", metavar="URL", help="the sandbox's address (default: that of the running one)"
)

COMMANDS = (
    Command(
        "demo",
        "send varied mails to a mailbox on this machine and watch them being answered",
        ("sampark demo", "sampark demo --serve", "sampark demo --json"),
        module="demo",
        arguments=(
            option("--home", metavar="DIR", help="keep the demo's data here"),
            option("--answers", metavar="DIR", default="answers", help="where files are put"),
            option("--serve", action="store_true", help="keep running, with the dashboard"),
            PORT,
            JSON,
        ),
    ),
    Command(
        "serve",
        "answer mail and show the dashboard",
        ("sampark serve", "sampark serve --port 9000 --home /srv/sampark"),
        module="serve",
        arguments=(HOME, PORT, SANDBOX_PORT),
    ),
    Command(
        "connect",
        "let Sampark answer a Gmail mailbox (docs/connect-gmail.md)",
        (
            "sampark connect --client-secrets client_secret.json",
            "sampark connect --account ann@gmail.com --no-browser",
        ),
        module="connect",
        function="connect",
        arguments=(
            option(
                "--client-secrets",
                metavar="FILE",
                help="the OAuth client's JSON file (default: SAMPARK_CLIENT_SECRETS, or the client "
                "of a mailbox connected before)",
            ),
            option("--account", metavar="ADDRESS", help="the mailbox that is meant"),
            option("--labels", action="store_true", help="allow changing labels (gmail.modify)"),
            option("--pubsub", action="store_true", help="allow pulling Pub/Sub messages"),
            option("--no-browser", action="store_true", help="print the address and wait"),
            option(
                "--callback-port",
                type=int,
                default=0,
                metavar="N",
                help="where the browser comes back to (default: a free port)",
            ),
            HOME,
        ),
    ),
    Command(
        "accounts",
        "list the mailboxes and how they stand",
        ("sampark accounts", "sampark accounts --json"),
        module="accounts",
        function="listing",
        arguments=(HOME, JSON),
    ),
    Command(
        "disconnect",
        "give a mailbox's grant back to Google and forget it",
        ("sampark disconnect ann@gmail.com",),
        module="connect",
        function="disconnect",
        arguments=(
            option("address", help="the mailbox"),
            option("--forget-only", action="store_true", help="do not ask Google; forget it here"),
            HOME,
        ),
    ),
    Command(
        "import",
        "read what a mailbox held before it was connected, for the lab",
        (
            "sampark import --since 2026-01-01",
            "sampark import --since 2025-06-30 --account ann@gmail.com --limit 500 --json",
        ),
        module="importing",
        arguments=(
            option("--since", required=True, metavar="DATE", help="mail from this day on"),
            option("--account", metavar="ADDRESS", help="the mailbox (default: each of them)"),
            option("--limit", type=at_least_one, metavar="N", help="the newest N at most"),
            HOME,
            JSON,
        ),
    ),
    Command(
        "sandbox",
        "run a Gmail account on this machine, alone",
        ("sampark sandbox --sandbox-port 8025", "sampark sandbox --account ann@example.com"),
        module="sandbox",
        arguments=(
            HOME,
            SANDBOX_PORT,
            option(
                "--account",
                action="append",
                metavar="ADDRESS",
                help="an account to have; may be given again",
            ),
        ),
    ),
    Command(
        "mail",
        "act as a person of the sandbox",
        (
            'sampark mail send --subject Sales --attach sales.csv "What is the total by region?"',
            "sampark mail read",
        ),
        children=(
            Command(
                "send",
                "send a mail",
                (
                    'sampark mail send "Please convert this to PDF" --attach letter.docx',
                    'sampark mail send "/remind in 2 minutes: tea"',
                ),
                module="mail",
                function="send",
                arguments=(
                    option("body", help="the words of the mail; - reads them from standard input"),
                    option(
                        "--to",
                        default="sampark@example.com",
                        metavar="ADDRESS",
                        help="(default: sampark@example.com)",
                    ),
                    option("--subject", default="", help="the subject"),
                    option(
                        "--attach",
                        action="append",
                        default=[],
                        metavar="FILE",
                        help="a file to attach; may be given again",
                    ),
                    option("--reply", metavar="ID", help="answer the mail of this id"),
                    WHO,
                    ENDPOINT,
                    JSON,
                ),
            ),
            Command(
                "read",
                "read the mailbox",
                ("sampark mail read", "sampark mail read --save answers"),
                module="mail",
                function="read",
                arguments=(
                    option("--save", metavar="DIR", help="put attached files here"),
                    option(
                        "--last",
                        type=at_least_one,
                        default=5,
                        metavar="N",
                        help="threads (default: 5)",
                    ),
                    WHO,
                    ENDPOINT,
                    JSON,
                ),
            ),
        ),
    ),
    Command(
        "lab",
        "open JupyterLab on the notebooks",
        ("sampark lab", "sampark lab --port 8899 --no-browser"),
        module="lab",
        arguments=(
            option("--port", type=int, default=8888, metavar="N", help="(default: 8888)"),
            option("--no-browser", action="store_true", help="print the address only"),
        ),
    ),
    Command(
        "users",
        "who may sign in to the dashboard",
        ("sampark users add ann --role operator", "sampark users link ann"),
        children=(
            Command(
                "add",
                "add a user; the password is asked for",
                ("sampark users add ann --role viewer",),
                module="users",
                function="add",
                arguments=(
                    option("name", help="the name to sign in with"),
                    option("--role", choices=("viewer", "operator", "admin"), default="operator"),
                    option("--password-file", metavar="FILE", help="read it from here instead"),
                    HOME,
                ),
            ),
            Command(
                "link",
                "print a sign-in link that works once",
                ("sampark users link ann",),
                module="users",
                function="link",
                arguments=(option("name", help="the user"), HOME, PORT),
            ),
            Command(
                "list",
                "list the users",
                ("sampark users list --json",),
                module="users",
                function="listing",
                arguments=(HOME, JSON),
            ),
        ),
    ),
    Command(
        "doctor",
        "check this installation",
        ("sampark doctor", "sampark doctor --json"),
        module="doctor",
        arguments=(HOME, JSON),
    ),
)
