"""One file, spoken for over /dev/fuse: as much of the kernel's protocol (linux/fuse.h) as that needs.

The root of the file system is the file itself, mounted over a file.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
import subprocess
from pathlib import Path

from tests.volatile_disk.cache import Cache

LARGEST_WRITE = 1 << 20
PAGE = 4096
HEAD_ROOM = 4096
VERSION, MINOR = 7, 31
BIG_WRITES, MAX_PAGES = 1 << 5, 1 << 22
FOREVER_S = 3600

FORGET, GETATTR, OPEN, READ, WRITE, RELEASE, FSYNC, FLUSH, INIT = 2, 3, 14, 15, 16, 18, 20, 25, 26

REQUEST = struct.Struct("<IIQQIIIHH")  # length, operation, unique, node, uid, gid, pid, extensions, padding
ANSWER = struct.Struct("<IiQ")
WELCOME = struct.Struct("<IIIIHHIIHH8I")
ATTRIBUTES = struct.Struct("<QII6Q10I")
PLACE = struct.Struct("<QQI")  # handle, offset, size
WRITE_HEAD = 40


class Device:
    """Answers the kernel from a cache, one request at a time.  Once closed, what asks gets ``ENOTCONN``."""

    def __init__(self, cache: Cache, at: Path) -> None:
        self._cache = cache
        self._channel = os.open("/dev/fuse", os.O_RDWR)
        options = f"fd={self._channel},rootmode={stat.S_IFREG:o},user_id=0,group_id=0"
        command = ["mount", "-i", "-t", "fuse", "-o", options, "handwork-drill", str(at)]
        subprocess.run(command, pass_fds=(self._channel,), check=True)
        self.writes = 0

    def fileno(self) -> int:
        return self._channel

    def serve_one(self) -> None:
        """The next request; ``OSError`` ENODEV when it is unmounted."""
        request = os.read(self._channel, LARGEST_WRITE + HEAD_ROOM)
        _, operation, unique, *_ = REQUEST.unpack_from(request)
        if operation == FORGET:
            return
        answer = self._answer(operation, request[REQUEST.size :])
        code, body = (-answer, b"") if isinstance(answer, int) else (0, answer)
        os.write(self._channel, ANSWER.pack(ANSWER.size + len(body), code, unique) + body)

    def _answer(self, operation: int, body: bytes) -> bytes | int:
        """Or an error's number."""
        if operation == READ:
            _, offset, size = PLACE.unpack_from(body)
            return self._cache.read(offset, size)
        if operation == WRITE:
            _, offset, size = PLACE.unpack_from(body)
            self._cache.write(offset, body[WRITE_HEAD : WRITE_HEAD + size])
            self.writes += 1
            return struct.pack("<II", size, 0)
        if operation == FSYNC:
            self._cache.flush()
            return b""
        if operation == GETATTR:
            return self._attributes()
        if operation == OPEN:
            return struct.pack("<QII", 0, 0, 0)
        if operation in (FLUSH, RELEASE):  # of a descriptor that is closed: nothing to do with the disk
            return b""
        if operation == INIT:
            return _welcome(body)
        return errno.ENOSYS

    def _attributes(self) -> bytes:
        size, times = self._cache.size, (0, 0, 0)
        who = (stat.S_IFREG | 0o600, 1, 0, 0, 0, PAGE, 0)
        return ATTRIBUTES.pack(FOREVER_S, 0, 0, 1, size, size // 512, *times, *times, *who)

    def close(self) -> None:
        os.close(self._channel)


def _welcome(body: bytes) -> bytes:
    _, _, read_ahead, _ = struct.unpack_from("<IIII", body)
    flags = BIG_WRITES | MAX_PAGES
    pages = LARGEST_WRITE // PAGE
    return WELCOME.pack(VERSION, MINOR, read_ahead, flags, 12, 9, LARGEST_WRITE, 1, pages, 0, *(0,) * 8)
