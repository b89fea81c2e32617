"""Every setting, and the only place that reads the environment (`SAMPARK_...`).

Nothing needs to be set: the defaults run on one machine with an embedded Gmail sandbox, SQLite and
the predefined plans.
"""

import difflib
import json
import tempfile
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, SettingsConfigDict

from sampark.errors import SettingsError


def _names(raw: object) -> object:
    if isinstance(raw, str):
        return tuple(name.strip().lower() for name in raw.split(",") if name.strip())
    return raw


def _addresses(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name.count("@") != 1 or name.endswith("@") or len(name.split()) != 1:
            raise ValueError(f"{name} is no address")
    return names


def _exact(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name.startswith("@"):
            raise ValueError(f"{name} is a whole domain, not one mailbox")
    return names


def _json(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw)
    except ValueError as error:
        raise ValueError(f"it is no JSON ({error})") from error


def _zones(zones: dict[str, str]) -> dict[str, str]:
    for name in zones.values():
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone {name}") from error
    return zones


CERTIFICATES = "https://www.googleapis.com/oauth2/v1/certs"
HINTED_POLL = 300.0

_OF_THE_TESTS = "SAMPARK_BROWSER"

Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names), AfterValidator(_addresses)]
Mapped = Annotated[dict[str, str], NoDecode, BeforeValidator(_json)]


class Settings(BaseSettings):
    """Settings by name; the variable of `home` is `SAMPARK_HOME`, and so on.

    Lists are written with commas: `SAMPARK_REQUESTERS=ann@example.com,@example.org`.
    """

    model_config = SettingsConfigDict(
        env_prefix="SAMPARK_", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    home: Path = Path("~/.sampark")
    """Where databases, the key and the sandbox live."""
    database_url: str = ""
    """The application's tables: a SQLAlchemy URL; empty means a SQLite file in `home`."""
    engine_url: str = ""
    """The durable engine's tables, likewise."""
    key_file: Path | None = None
    """The master key, made on first start with mode 0600; empty means `home/keys/master.key`."""
    accounts: Annotated[Names, AfterValidator(_exact)] = Field(
        default=("sampark@example.com",), min_length=1
    )
    """The mailboxes that Sampark answers."""
    requesters: Names = ("you@example.com",)
    """Who may ask: exact addresses, or `@domain` for everyone there."""
    timezones: Annotated[Mapped, AfterValidator(_zones)] = Field(default_factory=dict)
    """IANA time zones by requester, as JSON: `{"you@example.com": "Europe/Berlin"}`."""
    gmail_endpoint: str = ""
    """Where the Gmail API is served; empty means Google, or the embedded sandbox as long as no
    account is connected."""
    oauth_auth_uri: str = "https://accounts.google.com/o/oauth2/auth"
    """Where a person grants access to a mailbox."""
    oauth_token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    """Where a grant is exchanged for access tokens."""
    oauth_revoke_uri: str = "https://oauth2.googleapis.com/revoke"
    """Where a grant is given back."""
    pubsub_endpoint: str = "https://pubsub.googleapis.com"
    """Where the Pub/Sub API is served."""
    pubsub_topic: str = Field(default="", pattern=r"^(projects/[^/]+/topics/[^/]+)?$")
    """The topic that Gmail tells of changes: `projects/PROJECT/topics/NAME`; empty means none."""
    pubsub_subscription: str = Field(default="", pattern=r"^(projects/[^/]+/subscriptions/[^/]+)?$")
    """The topic's subscription to pull: `projects/PROJECT/subscriptions/NAME`."""
    push_service_account: str = ""
    """The service account that a pushing subscription signs as; set, it lets pushes in at
    `/pubsub/push`."""
    push_audience: str = ""
    """The audience of its tokens: what the subscription was made with."""
    push_certificates_uri: str = CERTIFICATES
    """Where the certificates are served that its tokens are checked with."""
    client_secrets: Path | None = None
    """The OAuth client's JSON file as Google offers it for download, for `sampark connect`."""
    sandbox_port: int = Field(default=0, ge=0, le=65535)
    """The sandbox's port; 0 takes a free one."""
    authserv_id: str = "mx.google.com"
    """The receiving server whose Authentication-Results are believed."""
    poll_seconds: float = Field(default=2.0, gt=0, allow_inf_nan=False)
    """How often each mailbox is asked for news; unset, every 300 seconds where Gmail tells of them."""
    quota_per_minute: int | None = Field(default=None, ge=0)
    """Gmail quota units that an account may use a minute, 0 for no limit; unset means 6,000, which
    is what Google gives new projects, and no limit on this machine."""
    quota_costs: Annotated[dict[str, int], NoDecode, BeforeValidator(_json)] = Field(
        default_factory=dict
    )
    """Units by method where they differ from the built-in table, as JSON."""
    models: Mapped = Field(default_factory=dict)
    """Model strings by role, as JSON: `{"understand": "openai:gpt-5", "plan": "openai:gpt-5"}`."""
    approve_plans: bool = False
    """Show every plan to the requester and wait for `go` before it runs."""
    replies_per_thread: int = Field(default=10, ge=0)
    """Answers an hour in one thread, 0 for no limit: a loop of two machines ends there."""
    replies_per_requester: int = Field(default=30, ge=0)
    """Answers an hour to one requester, 0 for no limit."""
    tasks_per_requester: int = Field(default=50, ge=0)
    """Tasks a day of one requester, 0 for no limit."""
    host: str = "127.0.0.1"
    """Where the dashboard and the HTTP API listen."""
    port: int = Field(default=8765, ge=0, le=65535)
    """Their port; 0 takes a free one."""

    def model_post_init(self, _context: Any) -> None:  # noqa: ANN401 - pydantic's signature
        """Make `home` absolute once, so that every path below it is."""
        object.__setattr__(self, "home", self.home.expanduser().absolute())

    @property
    def look_every(self) -> float:
        """Seconds between looks at a mailbox: with Gmail's hints they are only the net below."""
        hinted = self.pubsub_topic and "poll_seconds" not in self.model_fields_set
        return HINTED_POLL if hinted else self.poll_seconds

    @property
    def store_url(self) -> str:
        """The URL of the application's tables."""
        return self.database_url or f"sqlite:///{self.home / 'sampark.db'}"

    @property
    def durable_url(self) -> str:
        """The URL of the engine's tables."""
        return self.engine_url or f"sqlite:///{self.home / 'engine.db'}"

    @property
    def key_path(self) -> Path:
        """The path of the master key."""
        return self.key_file or self.home / "keys" / "master.key"


def load(**options: object) -> Settings:
    """Read the environment, overridden by the options given; raises SettingsError."""
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)  # pyright: ignore[reportArgumentType] - checked by pydantic
    except ValidationError as error:
        raise _wrong(error, given) from error


def unknown() -> dict[str, str]:
    """Return the variables that look like settings and are none, each with the nearest that is."""
    known = [f"SAMPARK_{name.upper()}" for name in Settings.model_fields]
    set_now = (name.upper() for name in EnvSettingsSource(Settings).env_vars)
    strange = sorted(name for name in set_now if name.startswith("SAMPARK_") and name not in known)
    return {
        name: next(iter(difflib.get_close_matches(name, known, n=1)), "")
        for name in strange
        if name != _OF_THE_TESTS
    }


def make_home(home: Path) -> Path:
    """Make the data folder, for its owner only, where there is none; return it.

    Raises:
        SettingsError: it cannot be made, is no folder, or cannot be written.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=home, prefix=".writable-"):
            return home
    except OSError as error:
        raise SettingsError(
            f"the data folder {home} cannot be used: {(error.strerror or str(error)).lower()}.",
            fix="Choose another: --home DIR, or SAMPARK_HOME.",
        ) from error


def _wrong(error: ValidationError, given: dict[str, object]) -> SettingsError:
    """Name the first wrong setting as it was given: as an option or as a variable."""
    first = error.errors()[0]
    name = str(first["loc"][0])
    why = first["msg"].removeprefix("Value error, ")
    option = f"the option --{name.replace('_', '-')}"
    return SettingsError(
        f"the setting {name} is wrong: {why[:1].lower()}{why[1:]}.",
        fix=f"Correct {option if name in given else f'SAMPARK_{name.upper()}'}.",
    )
