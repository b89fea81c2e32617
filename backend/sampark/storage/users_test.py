"""Users: sessions that end, links that work once, and nothing in the tables that signs in."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from sampark.errors import StoreError
from sampark.storage.conftest import StandingClock
from sampark.storage.store import Store


@pytest.fixture(autouse=True)
def _ada(store: Store) -> None:
    store.users.add("ada", "$argon2id$hash", "operator")


def test_people(store: Store, clock: StandingClock):
    store.users.add("bob", "$argon2id$other", "viewer")
    ada = store.users.get("ada")
    assert ada is not None
    assert (ada.password_hash, ada.role) == ("$argon2id$hash", "operator")
    assert ada.created_at == clock.now()
    assert [user.name for user in store.users.all()] == ["ada", "bob"]
    assert store.users.get("eve") is None
    with pytest.raises(StoreError, match="user ada already"):
        store.users.add("ada", "$argon2id$mine", "admin")
    assert "argon2id" not in repr(ada)


@pytest.mark.parametrize("name", ["\x00", "\udcff", "ada\n"])
def test_a_strange_name_is_nobody(store: Store, name: str):
    assert store.users.get(name) is None
    with pytest.raises(StoreError, match="user name"):
        store.users.add(name, "hash", "viewer")


def test_a_session_is_its_users(store: Store, clock: StandingClock):
    sid = store.users.new_session("ada", clock.now())
    user = store.users.session_user(sid, clock.now())
    assert user is not None
    assert user.name == "ada"
    assert len(sid) == 22
    assert store.users.session_user(sid[:-1], clock.now()) is None
    store.users.end_session(sid)
    assert store.users.session_user(sid, clock.now()) is None
    store.users.end_session(sid)


def test_a_session_ends_after_half_an_hour_unused(store: Store, clock: StandingClock):
    sid = store.users.new_session("ada", clock.now())
    for _ in range(4):
        clock.advance(minutes=29)
        assert store.users.session_user(sid, clock.now())
    clock.advance(minutes=30)
    assert store.users.session_user(sid, clock.now()) is None


@pytest.mark.parametrize("hours, lasts", [(12, 12), (1, 1), (500, 12)])
def test_a_session_ends_however_much_used(
    store: Store, clock: StandingClock, hours: int, lasts: int
):
    sid = store.users.new_session("ada", clock.now(), hours=hours)
    used = 0
    while store.users.session_user(sid, clock.now()):
        clock.advance(minutes=20)
        used += 20
    assert used == lasts * 60


def test_ended_sessions_are_swept_by_the_next(store: Store, clock: StandingClock):
    for _ in range(3):
        store.users.new_session("ada", clock.now())
        clock.advance(hours=1)
    with store._database.read() as session:
        rows = session.connection().execute(text("SELECT count(*) FROM sessions")).scalar()
    assert rows == 1


def test_a_link_works_once(store: Store, clock: StandingClock):
    token = store.users.new_link("ada", clock.now(), minutes=10)
    assert store.users.use_link("wrong", clock.now()) is None
    assert store.users.use_link(token, clock.now()) == "ada"
    assert store.users.use_link(token, clock.now()) is None


def test_a_link_grows_too_old(store: Store, clock: StandingClock):
    token = store.users.new_link("ada", clock.now(), minutes=10)
    assert store.users.use_link(token, clock.now() + timedelta(minutes=10)) is None


def test_of_many_users_of_a_link_one_gets_in(store: Store, clock: StandingClock):
    token = store.users.new_link("ada", clock.now(), minutes=10)
    names: list[str | None] = []
    ready = threading.Barrier(6)

    def use() -> None:
        ready.wait()
        names.append(store.users.use_link(token, clock.now()))

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(name or "" for name in names) == [""] * 5 + ["ada"]


def test_nobody_signs_in(store: Store, clock: StandingClock):
    with pytest.raises(StoreError, match="no user eve"):
        store.users.new_session("eve", clock.now())
    with pytest.raises(StoreError, match="no user eve"):
        store.users.new_link("eve", clock.now())


def test_the_tables_hold_hashes_only(store: Store, clock: StandingClock):
    sid = store.users.new_session("ada", clock.now())
    token = store.users.new_link("ada", clock.now())
    with store._database.read() as session:
        rows = [
            str(row)
            for table in ("users", "sessions", "links")
            for row in session.connection().execute(text(f"SELECT * FROM {table}"))
        ]
    assert len(rows) == 3
    for secret in (sid, token, "argon2id"):
        assert secret not in "".join(rows)
