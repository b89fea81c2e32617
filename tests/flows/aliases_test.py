"""The connected account's other addresses: its own wherever they stand."""

from email import message_from_bytes, policy

from sampark.sandbox.control import Fault
from sampark.settings import Settings
from sampark.testing.builders import mail
from sampark.world import World

YOU, BEN, ALIAS = "you@example.com", "ben@example.com", "desk@example.com"


def test_behaviour_19_no_alias_and_no_stranger_gets_a_copy_and_allowed_people_do():
    settings = Settings(requesters=("@example.com",))
    with World(settings=settings) as world:
        world.faults.alias(world.account, ALIAS)
        letter = mail(
            "What can you do?",
            to=[world.account, ALIAS.upper()],
            headers={"Cc": f"Ben <{BEN}>, {YOU.upper()}, max@stranger.example, Desk <{ALIAS}>"},
        )
        world.deliver(letter)
        world.settle()
        (raw,) = world.outbound[YOU]
        sent = message_from_bytes(raw, policy=policy.default)
        assert [str(sent["To"]), str(sent["Cc"])] == [f"You <{YOU}>", f"Ben <{BEN}>"]
        assert sent["Bcc"] is None


def test_behaviour_11_own_mail_from_an_alias_starts_nothing():
    with World(settings=Settings(requesters=("@example.com",))) as world:
        world.faults.alias(world.account, ALIAS)
        headers = {"X-Sampark-Key": "k1"}
        world.deliver(mail("What can you do?", sender=ALIAS, headers=headers))
        world.settle()
        (row,) = world.system.store.mails.rows()
        assert (row.outcome, world.tasks) == ("ignored", [])
        assert "own mail" in row.reason


def test_the_send_as_addresses_are_asked_for_once():
    with World() as world:
        for number in range(3):
            world.deliver(mail("What can you do?", subject=f"Mail {number}"))
        world.settle()
        paths = [seen.path for seen in world.faults.requests()]
        assert len([path for path in paths if path.endswith("/settings/sendAs")]) == 1
        assert len(world.tasks) == 3


def test_mail_is_answered_while_the_send_as_addresses_cannot_be_read():
    with World() as world:
        world.faults.fault(Fault(kind="api_disabled", match="sendAs", times=0))
        world.deliver(mail("What can you do?"))
        world.settle()
        assert len(world.outbound[YOU]) == 1
