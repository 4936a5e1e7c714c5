"""python -m tests.volatile_disk DISK SEEN AT: serve a disk until its power is cut.

Told over stdin: ``cut N`` (it dies when it has been asked for N more writes, and says ``dead``), ``lose SEED`` (what
was not flushed is lost; it says of what that was, and ends).  Dead means that nothing is answered any more: who waits
for a flush waits.
"""

from __future__ import annotations

import errno
import json
import random
import select
import sys
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from tests.volatile_disk.cache import Cache
from tests.volatile_disk.fuse import Device


def main(disk: str, seen: str, at: str) -> None:
    cache = Cache(Path(disk), Path(seen))
    device = Device(cache, Path(at))
    say("ready")
    last = None
    while last is None or device.writes < last:
        ready, _, _ = select.select([device, sys.stdin], [], [])
        if sys.stdin in ready:
            word, number = told()
            if word == "lose":
                end(cache, device, number)
            last = device.writes + number
        elif device in ready:
            try:
                device.serve_one()
            except OSError as error:
                if error.errno != errno.ENODEV:
                    raise
                return  # unmounted in peace
    say("dead")
    _, seed = told()
    end(cache, device, seed)


def told() -> tuple[str, int]:
    """Whoever told us has ended when there is nothing to read; then so do we."""
    word, _, number = (sys.stdin.readline() or sys.exit()).partition(" ")
    return word, int(number)


def end(cache: Cache, device: Device, seed: int) -> NoReturn:
    lost = cache.lose(random.Random(seed))
    cache.close()
    device.close()
    say(json.dumps(asdict(lost)))
    sys.exit()


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
