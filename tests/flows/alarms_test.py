"""From the cause to the alarm and back: what an operator is shown of a mailbox in trouble."""

from datetime import timedelta

from sampark.desk.queries import Queries
from sampark.sandbox.control import Fault
from sampark.sandbox.watch import GMAIL_PUBLISHER
from sampark.testing.builders import mail
from sampark.testing.clock import ManualClock
from sampark.wiring import System
from sampark.world import World
from tests.faults.rig import rig
from tests.flows.place import SUBSCRIPTION, TOPIC, hint, place, until, watched


def alarms(system: System) -> list[str]:
    return [each.kind for each in Queries(system.services).overview().alarms]


def test_a_watch_that_is_refused_is_an_alarm_until_it_is_renewed(tmp_path):
    with place(tmp_path, granted=False, pulled=False) as here:
        until(lambda: alarms(here.system) == ["watch"])
        may = {
            "role": "roles/pubsub.publisher",
            "members": [f"serviceAccount:{GMAIL_PUBLISHER}"],
        }
        policy = {"policy": {"bindings": [may]}}
        here.projects.topics().setIamPolicy(resource=TOPIC, body=policy).execute()
        here.system.engine.call(here.system.hearing.renew())
        assert watched(here)
        assert alarms(here.system) == []


def test_hints_that_cannot_be_fetched_are_an_alarm_until_they_can(tmp_path):
    with place(tmp_path) as here:
        until(lambda: watched(here))
        subscriptions = here.projects.subscriptions()
        subscriptions.delete(subscription=SUBSCRIPTION).execute()
        until(lambda: alarms(here.system) == ["hints"])
        subscriptions.create(name=SUBSCRIPTION, body={"topic": TOPIC}).execute()
        here.publish(hint())
        until(lambda: alarms(here.system) == [])


def test_mail_that_had_been_missed_is_told(tmp_path):
    with World(tmp_path, clock=ManualClock()) as world:
        system = world.system
        world.deliver(mail("Remind me in 3 hours to go home.", subject="Home"))
        _, newest = system.services.mailbox(world.account).profile()
        system.store.accounts.move_cursor(world.account, newest)
        world.advance(timedelta(minutes=1))
        assert alarms(system) == []
        assert system.engine.call(system.listener.sweep_once(world.account)) == 1
        assert alarms(system) == ["missed"]
        world.advance(timedelta(days=1))
        system.engine.call(system.listener.sweep_once(world.account))
        system.store.accounts.note_read(world.account)
        assert alarms(system) == []
        assert system.store.troubles.all() == []


def test_a_mailbox_that_cannot_be_read_is_an_alarm_with_the_reason(tmp_path):
    with rig(tmp_path) as here:
        until(lambda: here.told("mailbox.read"))
        here.control.fault(Fault(kind="api_disabled", match="/history", times=0))
        until(here.system.store.troubles.all)
        assert alarms(here.system) == []
        here.system.clock.advance(timedelta(minutes=16))
        (alarm,) = Queries(here.system.services).overview().alarms
        assert alarm.kind == "unread"
        assert "Gmail answered 403" in alarm.detail
        here.control.clear_faults()
        until(lambda: alarms(here.system) == [])
