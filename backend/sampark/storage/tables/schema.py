"""The schema as a whole: importing this has every table registered."""

from sampark.storage.tables import accounts, deliveries, ledgers, people, tasks
from sampark.storage.tables.base import TableRow, metadata

TABLES: tuple[type[TableRow], ...] = (
    accounts.AccountsTable,
    accounts.TroublesTable,
    accounts.MailsTable,
    accounts.RawsTable,
    tasks.TasksTable,
    tasks.PlansTable,
    tasks.StepsTable,
    tasks.BlobsTable,
    tasks.WaitsTable,
    deliveries.OutboxTable,
    deliveries.MimesTable,
    deliveries.EffectsTable,
    people.UsersTable,
    people.SessionsTable,
    people.LinksTable,
    ledgers.EventsTable,
    ledgers.CallsTable,
    ledgers.KeysTable,
)
METADATA = metadata
