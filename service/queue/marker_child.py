"""The marking process: reads lists of numbered work, answers with one outcome a line.

Started by `service.queue.marker`, whose head describes the lines; it ends with its parent.
"""

import ctypes
import importlib
import json
import os
import resource
import signal
import socket
import sys

from service.logs import set_up_logs
from service.queue.work import Failed, Marked, MarkingResult, MarkOne, Work

MIB = 1 << 20
PR_SET_PDEATHSIG = 1


def main(opens: str, argument: str, memory_mib: str, parent: str, line: str) -> None:
    """Serve until the other end of the line, a socket's number, is closed."""
    die_with_parent(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    set_up_logs()
    limit = int(memory_mib) * MIB
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    module, name = opens.split(":")
    mark_one: MarkOne = getattr(importlib.import_module(module), name)(argument)
    with socket.socket(fileno=int(line)) as connection, connection.makefile("rwb") as lines:
        lines.write(b"ready\n")
        lines.flush()
        for message in lines:
            for number, work in json.loads(message):
                answer = [number, *_as_json(_outcome(mark_one, Work(**work)))]
                lines.write(json.dumps(answer).encode() + b"\n")
                # At once: what was answered counts, whatever the next one does to this process.
                lines.flush()


def _outcome(mark_one: MarkOne, work: Work) -> MarkingResult:
    """What `mark_one` makes of the work, any exception as a Failed."""
    try:
        made = mark_one(work)
    except Exception as error:  # noqa: BLE001 - one submission's failure stays its own
        # The message may quote an answer; the kind of error never does.
        return Failed(f"marking raised {type(error).__name__}")
    return made if isinstance(made, MarkingResult) else Marked(made)


def _as_json(outcome: MarkingResult) -> list[object]:
    match outcome:
        case Marked(verdict):
            return ["marked", verdict]
        case Failed(reason):
            return ["failed", reason]
    return ["source wanted"]


def die_with_parent(parent: int) -> None:
    """End this process when its parent ends: a killed worker leaves none behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
