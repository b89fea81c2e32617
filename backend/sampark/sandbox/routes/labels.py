"""users.labels."""

from fastapi import APIRouter, Response
from pydantic import JsonValue

from sampark.sandbox import labels, mail
from sampark.sandbox.bodies import LabelBody
from sampark.sandbox.calls import Call, Caller

router = APIRouter()


@router.get("/labels")
def list_labels(call: Caller) -> Response:
    """Answer users.labels.list."""
    with call.mailbox() as box:
        return call.answer({"labels": list[JsonValue](labels.listed(box))})


@router.post("/labels")
def create(call: Caller) -> Response:
    """Answer users.labels.create."""
    wanted = _given(call)
    with call.mailbox() as box:
        return call.answer(labels.create(box, wanted))


@router.get("/labels/{label_id}")
def get(call: Caller, label_id: str) -> Response:
    """Answer users.labels.get."""
    with call.mailbox() as box:
        return call.answer(labels.get(box, label_id))


@router.put("/labels/{label_id}")
def update(call: Caller, label_id: str) -> Response:
    """Answer users.labels.update."""
    wanted = _given(call)
    with call.mailbox() as box:
        return call.answer(labels.replace(box, label_id, wanted))


@router.patch("/labels/{label_id}")
def patch(call: Caller, label_id: str) -> Response:
    """Answer users.labels.patch."""
    wanted = _given(call)
    with call.mailbox() as box:
        return call.answer(labels.patch(box, label_id, wanted))


@router.delete("/labels/{label_id}")
def delete(call: Caller, label_id: str) -> Response:
    """Answer users.labels.delete: the label goes from every message that bears it."""
    with call.mailbox() as box:
        labels.delete(box, label_id)
        for message in mail.labelled_with(box, label_id):
            mail.relabel(box, message, remove=[label_id])
    return Response(status_code=204)


def _given(call: Call) -> labels.Label:
    """Return only what the client set, so that a patch leaves the rest."""
    return call.json(LabelBody).model_dump(by_alias=True, exclude_unset=True)
