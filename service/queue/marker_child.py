"""The marking process: reads lists of work from its input, writes one outcome a line.

Started by `service.queue.marker`; it ends with its parent.
"""

import ctypes
import importlib
import json
import os
import resource
import signal
import sys
import time
from typing import Any, BinaryIO

from service.queue.work import Failed, Mark, Marked, Outcome, Work

MIB = 1 << 20
PR_SET_PDEATHSIG = 1
FLUSH_SECONDS = 0.02


def main(opens: str, argument: str, memory_mib: str, parent: str) -> None:
    """Serve until the input ends."""
    _die_with_parent(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit = int(memory_mib) * MIB
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    # Whatever a question prints must not be taken for an outcome.
    outcomes = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    module, name = opens.split(":")
    mark: Mark = getattr(importlib.import_module(module), name)(argument)
    outcomes.write(b"{}\n")
    outcomes.flush()
    for line in sys.stdin.buffer:
        _answer(mark, [Work(**work) for work in json.loads(line)], outcomes)


def _answer(mark: Mark, works: list[Work], outcomes: BinaryIO) -> None:
    since = time.monotonic()
    for outcome in mark(works):
        outcomes.write(json.dumps(_as_json(outcome)).encode() + b"\n")
        if time.monotonic() - since > FLUSH_SECONDS:
            outcomes.flush()
            since = time.monotonic()
    outcomes.flush()


def _as_json(outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Marked(verdict):
            return {"verdict": verdict}
        case Failed(reason):
            return {"failed": reason}
    return {"wanted": "source"}


def _die_with_parent(parent: int) -> None:
    """A killed worker must not leave its marker behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
