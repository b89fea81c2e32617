"""The composition root: settings become one running system. Nothing else builds these parts."""

import ctypes
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType

from google.oauth2.credentials import Credentials

from sampark.domain.base import AccountId
from sampark.domain.policy import Policy
from sampark.domain.ports import Clock, SystemClock
from sampark.execution.tools.catalog import TOOLS
from sampark.llm.models import ModelFactory, from_settings
from sampark.mailbox.connected import Mailboxes
from sampark.mailbox.gate import GateSettings
from sampark.mailbox.gmail import Gmail
from sampark.mailbox.grant import PUBSUB, Grant, StoredCredentials
from sampark.mailbox.hints import Subscription
from sampark.mailbox.own import OwnAddresses
from sampark.mailbox.push import PushCheck, download
from sampark.mailbox.quota import COSTS, PER_MINUTE, Quota
from sampark.mailbox.wire import LOOPBACK
from sampark.planning import playbooks
from sampark.settings import Settings, make_home
from sampark.storage.serializer import SealingSerializer
from sampark.storage.store import Store
from sampark.storage.vault import Vault
from sampark.workflow import upgrade
from sampark.workflow.engine import Engine
from sampark.workflow.hearing import Hearing
from sampark.workflow.listen import Listener
from sampark.workflow.names import RequesterNames
from sampark.workflow.roster import Roster
from sampark.workflow.services import Limits, Services, bind

_M_MMAP_THRESHOLD = -3  # from malloc.h

GOOGLE = "https://gmail.googleapis.com"
"""Where Google serves the Gmail API."""

CredentialsFor = Callable[[AccountId], Credentials]


class System:
    """Sampark on one store: mailboxes, engine, listener. A context manager.

    `endpoint` is where the Gmail API is served. `credentials` gives each account of the settings its
    own; without it, the accounts are those that are connected, with their stored grants: they may
    come and go while it runs.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        endpoint: str,
        credentials: CredentialsFor | None = None,
        models: ModelFactory | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.vault = open_vault(settings)
        self.store = Store.open(settings.store_url, vault=self.vault, clock=self.clock)
        self._mailboxes = self._opened(endpoint, credentials)
        self.services = self._services(models)
        self.listener = Listener(every=settings.look_every)
        self.hearing = self._hearing(credentials)
        self.roster = Roster(
            self.listener,
            hearing=self.hearing,
            mailboxes=self._mailboxes if credentials is None else None,
        )
        self._engine = Engine(settings.durable_url, serializer=SealingSerializer(self.vault))
        self._listening: Future[None] | None = None
        self._stopped = threading.Event()

    def __enter__(self) -> "System":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def engine(self) -> Engine:
        """The durable engine, to run coroutines on its loop."""
        return self._engine

    def start(self, *, listen: bool = True) -> "System":
        """Launch the engine, take up open work and listen to the mailboxes."""
        bind(self.services)
        _give_memory_back()
        for account in self.services.mailboxes:
            self.store.accounts.add(account)
        self._engine.start()
        self._engine.call(self._resume())
        if listen:
            self.listen()
        return self

    async def _resume(self) -> None:
        await upgrade.take_up()
        await self.listener.resume()

    def listen(self) -> None:
        """Poll the mailboxes, and hear what Gmail tells of them, until the system stops."""
        self._listening = self._engine.submit(self.listener.run())
        self._engine.submit(self.roster.run())
        if self.hearing is not None:
            self._engine.submit(self.hearing.run())

    def stop(self) -> None:
        """Stop at the last checkpoint and close the store."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        if self.hearing is not None:
            self.hearing.stop()
        self._engine.stop()
        self._mailboxes.close()
        self.services.parser.close()
        self.store.close()

    def _opened(self, endpoint: str, credentials: CredentialsFor | None) -> Mailboxes:
        """Open the mailboxes: those that are connected, or with `credentials` the settings' own."""
        quotas: dict[AccountId, Quota | None] = {}
        granted = credentials or self._stored

        def opened(account: AccountId) -> Gmail:
            # What a mailbox has drawn counts on when it is connected again.
            if account not in quotas:
                quotas[account] = quota_of(self.settings, endpoint)
            return Gmail(
                account, endpoint=endpoint, credentials=granted(account), quota=quotas[account]
            )

        mailboxes = Mailboxes(opened)
        if credentials is None:
            mailboxes.follow(self.store.accounts.grants())
            return mailboxes
        for name in self.settings.accounts:
            mailboxes.add(AccountId(name))
        return mailboxes

    def _stored(self, account: AccountId) -> Credentials:
        return StoredCredentials(
            lambda: load_grant(self.store, account), token_uri=self.settings.oauth_token_uri
        )

    def _hearing(self, credentials: CredentialsFor | None) -> Hearing | None:
        settings = self.settings
        if not settings.pubsub_topic:
            return None
        pulled = bool(settings.pubsub_subscription)
        return Hearing(
            self.listener,
            topic=settings.pubsub_topic,
            subscribe=(lambda: self._subscription(credentials)) if pulled else None,
            check=push_check(settings),
        )

    def _subscription(self, credentials: CredentialsFor | None) -> Subscription:
        if credentials is None:
            may: Credentials = StoredCredentials(
                lambda: hints_grant(self.store), token_uri=self.settings.oauth_token_uri
            )
        else:
            may = credentials(AccountId(self.settings.accounts[0]))
        return Subscription(
            self.settings.pubsub_subscription,
            endpoint=self.settings.pubsub_endpoint,
            credentials=may,
        )

    def _services(self, models: ModelFactory | None) -> Services:
        own = OwnAddresses(self._mailboxes, self.clock)
        return Services(
            store=self.store,
            clock=self.clock,
            mailboxes=self._mailboxes,
            gate=lambda account: gate_settings(self.settings, own.of(account)),
            timezone=lambda requester: self.settings.timezones.get(requester, ""),
            tools=TOOLS,
            playbooks=playbooks.load(),
            policy=Policy.default(),
            models=models or from_settings(self.settings.models),
            names=RequesterNames(self.store),
            limits=limits_of(self.settings),
        )


def load_grant(store: Store, account: AccountId) -> Grant | None:
    """Return an account's stored grant; raises ReconnectNeeded if it cannot be read."""
    stored = store.accounts.token(account)
    return None if stored is None else Grant.read(stored)


def hints_grant(store: Store) -> Grant | None:
    """Return the grant that hints are pulled with: of a mailbox that allowed it, if there is one.

    Asked anew whenever it is renewed: mailboxes come and go. Raises ReconnectNeeded.
    """
    rows = [row for row in store.accounts.all() if row.state != "disconnected"]
    best = sorted(rows, key=lambda row: (PUBSUB not in row.scopes, row.state != "connected"))
    return load_grant(store, best[0].account) if best else None


def push_check(settings: Settings) -> PushCheck | None:
    """Return what judges pushes, None where none are expected."""
    if not settings.push_service_account:
        return None
    return PushCheck(
        audience=settings.push_audience,
        service_account=settings.push_service_account,
        certificates=lambda: download(settings.push_certificates_uri),
    )


def open_vault(settings: Settings) -> Vault:
    """Open the master key; made on the very first start, never beside an existing database."""
    make_home(settings.home)
    return Vault.open(settings.key_path, create=not Store.exists(settings.store_url))


def quota_of(settings: Settings, endpoint: str, *, share: float = 1.0) -> Quota | None:
    """Return a new bucket of an account's quota units, or a share of them; None: no limit."""
    at_home = endpoint.startswith(LOOPBACK)
    default = 0 if at_home else PER_MINUTE
    units = default if settings.quota_per_minute is None else settings.quota_per_minute
    if not units:
        return None
    return Quota(max(1, int(units * share)), costs={**COSTS, **settings.quota_costs})


def limits_of(settings: Settings) -> Limits:
    """Return how long and how often."""
    return Limits(
        approve_plans=settings.approve_plans,
        replies_per_thread=settings.replies_per_thread,
        replies_per_requester=settings.replies_per_requester,
        tasks_per_requester=settings.tasks_per_requester,
    )


def gate_settings(settings: Settings, own: tuple[str, ...]) -> GateSettings:
    """Return what the requester gate of the account with these own addresses goes by."""
    return GateSettings(requesters=settings.requesters, own=own, authserv_id=settings.authserv_id)


def _give_memory_back() -> None:
    """Let large blocks go back to the machine as soon as they are free.

    From the first that is freed glibc learns to keep blocks of that size, for each thread: a few
    answers of 20 MB would be held as gigabytes.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other libraries have none
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, 1_000_000)
