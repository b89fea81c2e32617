"""Mail that cannot be read, through the whole system: set aside with its reason, and life goes on."""

from dataclasses import replace
from pathlib import Path

from sampark.mailbox.parser import Parser
from sampark.testing.builders import mail
from sampark.workflow.services import bind


def test_a_mail_that_kills_its_reader_is_quarantined_and_the_next_is_answered(world):
    parser = Parser(reader="sampark.mailbox.parser_test:mortal")
    services = replace(world.system.services, parser=parser)
    bind(services)
    world.deliver(mail("/convert pdf", subject="Deadly"))
    world.settle()
    world.deliver(mail("What can you do?", subject="Harmless"))
    world.settle()
    parser.close()
    harmless, deadly = world.system.store.mails.rows()
    assert (deadly.outcome, deadly.task) == ("quarantined", None)
    assert "ended its process" in deadly.reason
    assert harmless.outcome == "task"
    assert [event.kind for event in world.system.store.events.since(0)].count("mail.quarantined")


def test_the_reader_ends_with_the_system(world):
    world.deliver(mail("What can you do?"))
    world.settle()
    (pid,) = world.system.services.parser.pids
    world.stop()
    assert world.system.services.parser.pids == []
    assert not Path(f"/proc/{pid}").exists()
