"""The process that reads mail: bytes in, a `Message` out, one after the other, until its socket closes.

It holds no secret and no connection but that socket. What a mail costs it is bound by the kernel:
the process dies of a mail that wants more, and `parser` starts another.
"""

import importlib
import math
import os
import resource
import socket
import struct
import sys
from collections.abc import Callable

from sampark.domain.mail import Message

READY = b"\x01"
OUT_OF_MEMORY = 82
"""The exit code that says so."""

_LENGTH = struct.Struct(">Q")


def main(reader: str, cpu_seconds: int, memory_bytes: int) -> None:
    """Serve the socket at descriptor 0. `reader` is `module:function`, bytes to `Message`."""
    module, _, name = reader.partition(":")
    read: Callable[[bytes], Message] = getattr(importlib.import_module(module), name)
    # A dump of this process would be a mail on the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # macOS knows the limit and refuses to set it.
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    with socket.socket(fileno=0) as link:
        link.sendall(READY)
        try:
            while (raw := _next_mail(link)) is not None:
                _bound_cpu(cpu_seconds)
                send_message(link, read(raw))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except (BrokenPipeError, ConnectionResetError):
            # Whoever asked is gone.
            os._exit(0)


def send_frame(link: socket.socket, content: bytes) -> None:
    """Send bytes with their length before them."""
    link.sendall(_LENGTH.pack(len(content)))
    link.sendall(content)


def receive_frame(link: socket.socket) -> bytes:
    """Return the bytes of the next frame; raises EOFError if the other end closed."""
    (length,) = _LENGTH.unpack(receive(link, _LENGTH.size))
    return receive(link, length)


def receive(link: socket.socket, length: int) -> bytes:
    """Return exactly so many bytes; raises EOFError if the other end closed before."""
    content = bytearray(length)
    view = memoryview(content)
    while view:
        count = link.recv_into(view)
        if not count:
            raise EOFError
        view = view[count:]
    return bytes(content)


def send_message(link: socket.socket, message: Message) -> None:
    """Send a message: its JSON without the files' bytes, then the bytes of each file."""
    contents = [attachment.content for attachment in message.attachments]
    head = message.model_dump_json(exclude={"attachments": {"__all__": {"content"}}})
    send_frame(link, head.encode())
    for content in contents:
        link.sendall(content)


def receive_message(link: socket.socket) -> Message:
    """Return the message that `send_message` sent; raises EOFError, ValidationError."""
    message = Message.model_validate_json(receive_frame(link))
    files = tuple(
        attachment.model_copy(update={"content": receive(link, attachment.size)})
        for attachment in message.attachments
    )
    return message.model_copy(update={"attachments": files})


def _next_mail(link: socket.socket) -> bytes | None:
    try:
        return receive_frame(link)
    except (EOFError, ConnectionResetError):
        return None


def _bound_cpu(seconds: int) -> None:
    """Let this process use so many seconds more of processor time; then the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = math.ceil(used.ru_utime + used.ru_stime) + seconds
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, most))
