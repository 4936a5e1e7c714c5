"""``starter.py HOME COMMAND...``: start a stack of one program as ``handwork up`` does, and stay."""

import sys
import time
from pathlib import Path

from cli.stack.programs import Program
from cli.stack.stack import Stack

home, *command = sys.argv[1:]
Stack(Path(home), build=lambda _home, _choices: [Program("web", tuple(command), 10)], apart=True, detach=False).start()
while True:
    time.sleep(60)
