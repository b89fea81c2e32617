"""Behaviour 23, the outgoing side: what an answer carries, how a large one travels, what stays back."""

import hashlib
import io
import zipfile
from contextlib import contextmanager

import pytest

from sampark.sandbox.control import Fault
from sampark.testing.builders import mail
from sampark.testing.scripted import scripted
from sampark.world import World
from tests.faults.noise import noise, pdf

YOU = "you@example.com"
UPLOAD = "/upload/gmail/v1/users/me/drafts"
CHUNK = f"PUT {UPLOAD}"
MB = 1_000_000


def merged(world, size):
    """Let two PDFs of noise be merged into one of that size; return the mails of the thread."""
    files = {f"{name}.pdf": pdf(noise(size // 2, seed)) for seed, name in enumerate("ab")}
    sent = world.person(YOU).write(
        "Please merge these PDFs into one.", to=world.account, subject="Papers", files=files
    )
    world.settle(seconds=180)
    return world.person(YOU).thread(sent.thread_id)


def made(world):
    """Return the SHA-256 of the file that the newest task made."""
    record = world.system.store.runs.record(world.tasks[-1].id)
    return record.last("merge").value.data["file"]["sha256"]


def judge(world, letters):
    """One answer came, with every byte, and no draft is left."""
    _, answer = letters
    (content,) = answer.files.values()
    assert hashlib.sha256(content).hexdigest() == made(world)
    assert world.person(world.account).letters(label="DRAFT") == []


def uploading(world):
    """Return the requests of uploads, as "PUT 308"."""
    seen = world.faults.requests()
    return [f"{each.method} {each.status}" for each in seen if each.path == UPLOAD]


@pytest.mark.parametrize(("size", "chunks"), [(8 * MB, 3), (16 * MB, 6)])
def test_behaviour_23_a_large_answer_goes_chunk_by_chunk_and_arrives_whole(world, size, chunks):
    judge(world, merged(world, size))
    assert uploading(world) == ["POST 200", *["PUT 308"] * (chunks - 1), "PUT 200"]


def test_behaviour_23_a_small_answer_needs_no_upload(world):
    judge(world, merged(world, MB))
    assert uploading(world) == []


STAGES = {
    "a chunk breaks in its middle": Fault(kind="drop_midway", match=CHUNK, skip=1),
    "the session is gone": Fault(kind="not_found", match=CHUNK, skip=1),
    "the last chunk arrives without a word": Fault(kind="drop_after", match=CHUNK, skip=2),
}


@pytest.mark.parametrize("fault", STAGES.values(), ids=STAGES)
def test_behaviour_23_a_large_answer_arrives_once_after_a_break(world, fault):
    world.faults.fault(fault)
    judge(world, merged(world, 8 * MB))
    assert uploading(world).count("PUT 200") <= 1
    assert world.system.store.outbox.held() == []


def test_behaviour_23_what_is_too_large_together_goes_as_an_archive(world):
    pages = [bytes([number]) * (8 * MB) for number in range(3)]
    sent = world.person(YOU).write(
        "Please split the attached PDF.",
        to=world.account,
        subject="Papers",
        files={"papers.pdf": pdf(*pages)},
    )
    world.settle(seconds=180)
    answer = world.person(YOU).thread(sent.thread_id)[-1]
    assert list(answer.files) == ["files.zip"]
    with zipfile.ZipFile(io.BytesIO(answer.files["files.zip"])) as archive:
        assert [name.startswith("papers") for name in archive.namelist()] == [True] * 3
        sizes = [entry.file_size for entry in archive.infolist()]
    assert min(sizes) > 8 * MB


def test_behaviour_23_what_does_not_fit_is_named_with_what_can_be_done(world):
    sent = world.person(YOU).write(
        "Please split the attached PDF.",
        to=world.account,
        subject="Papers",
        files={"papers.pdf": pdf(*(noise(7 * MB, page) for page in range(3)))},
    )
    world.settle(seconds=180)
    answer = world.person(YOU).thread(sent.thread_id)[-1]
    assert len(answer.files) == 2
    told = answer.text.partition("Not attached:")[2]
    assert "papers-p3.pdf (6.7 MB): it is too large for this mail together" in told
    assert "Reply to ask for it by itself." in told


def test_behaviour_23_a_file_that_can_never_go_is_named_with_what_can_be_done(world):
    _, answer = merged(world, 18 * MB)
    assert answer.files == {}
    told = answer.text.partition("Not attached:")[2]
    assert "merged.pdf (17 MB): it is too large for a mail" in told
    assert "Reply to ask for a part of it" in told
    assert uploading(world) == []
    (task,) = world.tasks
    assert len(world.system.store.blobs.get(task.id, made(world))) > 17 * MB


def step(number):
    args = {"handle": f"att{number}"}
    return {"key": f"open{number}", "title": "Open it", "tool": "file.open", "args": args}


@contextmanager
def handed_back(files):
    """Let a planned task hand back the files it got; yield the world and its one answer."""
    steps = [step(number) for number, _ in enumerate(files, start=1)]
    deliverables = [{"step": each["key"], "field": "file"} for each in steps]
    understood = {"goal": "the files", "deliverables": ["files"], "language": "en"}
    models = scripted(
        {"understand": [understood], "plan": [{"steps": steps, "deliverables": deliverables}]}
    )
    with World(model_factory=models) as world:
        world.deliver(mail("Please see to the frobnication.", files=files))
        world.settle(seconds=180)
        (answer,) = world.person(YOU).letters()
        yield world, answer


def zipped(name, content=b"x"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def test_behaviour_23_programs_are_kept_back_by_name_also_in_archives():
    files = {
        "setup.exe": b"MZ\x90\x00",
        "setup.exe.gz": b"\x1f\x8b broken",
        "tools.zip": zipped("bin/run.js"),
        "deep.zip": zipped("tools.zip", zipped("start.bat")),
        "notes.txt": b"harmless",
    }
    with handed_back(files) as (_, answer):
        assert answer.files == {"notes.txt": b"harmless"}
        told = answer.text.partition("Not attached:")[2]
        assert "setup.exe (4 bytes): Gmail carries no .exe files" in told
        assert "setup.exe.gz (9 bytes): Gmail carries no .exe files" in told
        assert "tools[.]zip (119 bytes): Gmail carries no archives with .js files in them" in told
        assert "Gmail carries no archives with .bat files in them" in told
        assert "can download them on the dashboard's page of this task" in told


def test_behaviour_23_large_files_of_any_kind_come_back_as_they_were():
    files = {"data.bin": noise(7 * MB, 1), "more.bin": noise(3 * MB, 2)}
    with handed_back(files) as (world, answer):
        assert answer.files == files
        assert uploading(world)[-1] == "PUT 200"
