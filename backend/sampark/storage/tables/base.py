"""What all tables share: their own metadata, UTC times, and columns that only take sealed bytes."""

from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import DateTime, Dialect, LargeBinary, MetaData, Table
from sqlalchemy.orm import declared_attr, registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from sampark.domain.base import canonical_json
from sampark.errors import SealBroken
from sampark.storage.vault import About, Sealed, Vault, encode

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite has no time zones, so it is told one on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; raises ValueError for a time without an offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class SealedBytes(TypeDecorator[bytes]):
    """A column that refuses everything but what a vault sealed: plain text cannot slip in."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Return the bytes to store; raises SealBroken for a value that is not sealed."""
        del dialect
        if value is not None and not isinstance(value, Sealed):
            raise SealBroken("A plain value was about to be stored in a sealed column.")
        return value


class TableRow(SQLModel, registry=registry(metadata=metadata)):
    """A row of a table that is called as its class without the word Table.

    `identity` names the columns that its sealed values are bound to, in order. They are known
    before the row is written, and never change.
    """

    identity: ClassVar[tuple[str, ...]] = ()

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805  # pyright: ignore[reportIncompatibleVariableOverride] - SQLAlchemy's own way to name tables, handed the class
        return cls.__name__.removesuffix("Table").lower()

    @classmethod
    def table(cls) -> Table:
        """Return the table itself."""
        return metadata.tables[str(cls.__tablename__)]

    @classmethod
    def cell(cls, column: str, *identity: str | int) -> About:
        """Return what a sealed value of that column, in the row of that identity, is bound to."""
        return (str(cls.__tablename__), column, canonical_json(list(identity)))

    def about(self, column: str) -> About:
        """Return what a sealed value of that column of this row is bound to."""
        return self.cell(column, *(getattr(self, name) for name in self.identity))

    def seal(self, vault: Vault, **plain: str | bytes | None) -> None:
        """Set columns to their values sealed for this row; None stays None."""
        for column, value in plain.items():
            content = encode(value) if isinstance(value, str) else value
            sealed = None if content is None else vault.seal(content, about=self.about(column))
            setattr(self, column, sealed)

    def unseal(self, vault: Vault, column: str) -> bytes:
        """Return the plain bytes of a sealed column of this row; empty where it is null."""
        sealed: bytes | None = getattr(self, column)
        return b"" if sealed is None else vault.unseal(sealed, about=self.about(column))

    def read(self, vault: Vault, column: str) -> str:
        """Return the plain text of a sealed column of this row; empty where it is null."""
        return self.unseal(vault, column).decode()
