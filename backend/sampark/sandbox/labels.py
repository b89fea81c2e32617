"""Labels: Gmail's own, and the ones a person makes."""

from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from sampark.sandbox.discovery import label_colors
from sampark.sandbox.problems import ApiProblem, invalid, not_found
from sampark.sandbox.store import Mailbox

SYSTEM_LABELS = (
    "CHAT",
    "SENT",
    "INBOX",
    "IMPORTANT",
    "TRASH",
    "DRAFT",
    "SPAM",
    "CATEGORY_FORUMS",
    "CATEGORY_UPDATES",
    "CATEGORY_PERSONAL",
    "CATEGORY_PROMOTIONS",
    "CATEGORY_SOCIAL",
    "STARRED",
    "UNREAD",
)
"""Gmail's own labels, in the order users.labels.list gives them."""

NOT_BY_HAND = frozenset({"SENT", "DRAFT", "CHAT"})
"""System labels that a client may neither add nor remove (Gmail API guide, "Manage labels")."""

Label = Mapping[str, JsonValue]

_LONGEST_NAME = 225


def listed(box: Mailbox) -> list[dict[str, JsonValue]]:
    """Return every label of the account, system labels first, without counts."""
    rows = box.db.execute("SELECT * FROM labels WHERE account = ? ORDER BY rowid", (box.account,))
    return [_system(name) for name in SYSTEM_LABELS] + [_user(row) for row in rows]


def get(box: Mailbox, label: str) -> dict[str, JsonValue]:
    """Return one label with its four counts; 404 if there is none."""
    return _found(box, label) | _counts(box, label)


def create(box: Mailbox, wanted: Label) -> dict[str, JsonValue]:
    """Make a label from its name and visibilities; 400 without a name, 409 if the name is taken."""
    name = _free_name(box, wanted.get("name"), besides="")
    label = f"Label_{box.next_number('label')}"
    box.db.execute(
        "INSERT INTO labels VALUES (?, ?, ?, ?, ?, ?, ?)",
        (box.account, label, name, *_traits(wanted)),
    )
    return _found(box, label)


def replace(box: Mailbox, label: str, wanted: Label) -> dict[str, JsonValue]:
    """Set every trait of a user label, as labels.update does; 400 for a system label."""
    _refuse_system(label)
    _found(box, label)
    name = _free_name(box, wanted.get("name"), besides=label)
    sql = (
        "UPDATE labels SET name = ?, message_list = ?, label_list = ?, background = ?, "
        "text_color = ? WHERE account = ? AND id = ?"
    )
    box.db.execute(sql, (name, *_traits(wanted), box.account, label))
    return _found(box, label)


def patch(box: Mailbox, label: str, wanted: Label) -> dict[str, JsonValue]:
    """Set only the traits that are given, as labels.patch does."""
    return replace(box, label, _found(box, label) | dict(wanted))


def delete(box: Mailbox, label: str) -> None:
    """Remove a user label; the caller has taken it off the messages."""
    _refuse_system(label)
    _found(box, label)
    box.db.execute("DELETE FROM labels WHERE account = ? AND id = ?", (box.account, label))


def require(box: Mailbox, labels: Iterable[str], *, by_hand: bool) -> None:
    """Refuse with 400 a label that does not exist or, by hand, may not be set."""
    for label in labels:
        if by_hand and label in NOT_BY_HAND:
            raise invalid(f"Invalid label: {label}")
        if not exists(box, label):
            raise invalid(f"Invalid label: {label}")


def exists(box: Mailbox, label: str) -> bool:
    """Tell whether the account has a label of that id."""
    if label in SYSTEM_LABELS:
        return True
    sql = "SELECT 1 FROM labels WHERE account = ? AND id = ?"
    return box.db.execute(sql, (box.account, label)).fetchone() is not None


def id_of_name(box: Mailbox, name: str) -> str | None:
    """Return the id behind a name as written in a search: spaces and slashes may be hyphens."""
    wanted = _search_form(name)
    for label in SYSTEM_LABELS:
        if _search_form(label) == wanted:
            return label
    for label, stored in box.db.execute(
        "SELECT id, name FROM labels WHERE account = ?", (box.account,)
    ):
        if wanted in (_search_form(stored), _search_form(label)):
            return str(label)
    return None


def _search_form(name: str) -> str:
    return name.lower().replace(" ", "-").replace("/", "-").replace("_", "-")


def _refuse_system(label: str) -> None:
    if label in SYSTEM_LABELS:
        raise invalid("Cannot modify a system label.")


def _free_name(box: Mailbox, name: JsonValue, *, besides: str) -> str:
    if not isinstance(name, str) or not name.strip():
        raise invalid("Missing label name.")
    if len(name) > _LONGEST_NAME:
        raise invalid("Invalid label name")
    if name.upper() in SYSTEM_LABELS:
        raise invalid("Invalid label name")
    sql = "SELECT 1 FROM labels WHERE account = ? AND lower(name) = lower(?) AND id <> ?"
    if box.db.execute(sql, (box.account, name, besides)).fetchone():
        raise ApiProblem(409, "aborted", "Label name exists or conflicts")
    return name


def _allowed(color: JsonValue) -> str:
    if color and color not in label_colors():
        raise invalid(f"Label color {color} is not on the allowed color palette")
    return str(color or "")


def _traits(wanted: Label) -> tuple[str, str, str, str]:
    color = wanted.get("color")
    colors = color if isinstance(color, dict) else {}
    return (
        str(wanted.get("messageListVisibility") or "show"),
        str(wanted.get("labelListVisibility") or "labelShow"),
        _allowed(colors.get("backgroundColor")),
        _allowed(colors.get("textColor")),
    )


def _found(box: Mailbox, label: str) -> dict[str, JsonValue]:
    if label in SYSTEM_LABELS:
        return _system(label)
    sql = "SELECT * FROM labels WHERE account = ? AND id = ?"
    row = box.db.execute(sql, (box.account, label)).fetchone()
    if row is None:
        raise not_found()
    return _user(row)


def _system(name: str) -> dict[str, JsonValue]:
    shape: dict[str, JsonValue] = {"id": name, "name": name, "type": "system"}
    if name.startswith("CATEGORY_") or name in ("CHAT", "IMPORTANT"):
        shape |= {"messageListVisibility": "hide", "labelListVisibility": "labelHide"}
    return shape


def _user(row: tuple[str, ...]) -> dict[str, JsonValue]:
    _, label, name, message_list, label_list, background, text_color = row
    shape: dict[str, JsonValue] = {
        "id": label,
        "name": name,
        "messageListVisibility": message_list,
        "labelListVisibility": label_list,
        "type": "user",
    }
    if background or text_color:
        shape["color"] = {"backgroundColor": background, "textColor": text_color}
    return shape


def _counts(box: Mailbox, label: str) -> dict[str, JsonValue]:
    sql = (
        "SELECT count(*), count(DISTINCT m.thread_id), count(u.place), "
        "count(DISTINCT CASE WHEN u.place IS NOT NULL THEN m.thread_id END) "
        "FROM message_labels l JOIN messages m ON m.seq = l.message "
        "LEFT JOIN message_labels u ON u.message = m.seq AND u.label = 'UNREAD' "
        "WHERE l.account = ? AND l.label = ?"
    )
    messages, threads, unread, unread_threads = box.db.execute(sql, (box.account, label)).fetchone()
    return {
        "messagesTotal": messages,
        "messagesUnread": unread,
        "threadsTotal": threads,
        "threadsUnread": unread_threads,
    }
