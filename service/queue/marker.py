"""The marker: marking in a child process, with a deadline and a memory limit.

What exits, loops or eats memory takes the child along, never the web server or a worker, and
costs only the submission that did it. On two cores the child also marks while the server
answers.

Works go out as one JSON line, outcomes come back a line each, and both bear a number that is
given once. An outcome under another number than the next expected is nobody's: it ends the
child, as everything does that leaves a list of works unfinished. So whoever asks next can't read
what was meant for somebody else.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import count

from grader.errors import GradeckError
from service.queue.work import Failed, Marked, MarkingResult, SourceWanted, Work

READ = 1 << 16
START_SECONDS = 60.0


class MarkerError(GradeckError):
    """The marking process cannot be started; that is no submission's fault."""


class ChildGoneError(Exception):
    """The child died, ran out of time or spoke nonsense; the text says which."""


@dataclass(frozen=True, slots=True)
class MarkerRules:
    """What the child runs, and what it may use."""

    opens: str = "service.queue.grader:open_grader"
    argument: str = ""
    seconds: float = 10
    memory_mib: int = 1024


class Marker:
    """A MarkAll that hands its work to one child process, started when first needed."""

    def __init__(self, rules: MarkerRules) -> None:
        """Nothing is started yet."""
        self._rules = rules
        self._child: _Child | None = None
        self._numbers = count()
        self._lock = threading.Lock()

    def __call__(self, works: Sequence[Work]) -> list[MarkingResult]:
        """One outcome for each work, in order; what takes the child along fails alone."""
        outcomes: list[MarkingResult] = []
        with self._lock:
            while len(outcomes) < len(works):
                outcomes += self._ask(works[len(outcomes) :])
        return outcomes

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def _ask(self, works: Sequence[Work]) -> list[MarkingResult]:
        """The outcomes up to the first work that took the child along; one at least."""
        child = self._started()
        numbers = [next(self._numbers) for _ in works]
        outcomes: list[MarkingResult] = []
        try:
            child.send(list(zip(numbers, map(asdict, works), strict=True)), self._rules.seconds)
            for number in numbers:
                outcomes.append(child.outcome(number, self._rules.seconds))  # noqa: PERF401 - those before a death count
        except ChildGoneError as error:
            self.close()
            # It marks one after the other: the first without an outcome was its end.
            outcomes.append(Failed(str(error)))
        except BaseException:
            self.close()
            raise
        return outcomes

    def _started(self) -> "_Child":
        if self._child is None or not self._child.is_alive():
            self.close()
            try:
                self._child = _Child(self._rules)
                self._child.line(START_SECONDS)
            except (ChildGoneError, OSError) as error:
                self.close()
                message = f"the marking process does not start: {error}"
                raise MarkerError(message) from error
        return self._child


class _Child:
    """A marking process and the line to it; nothing waits longer than it is told to."""

    def __init__(self, rules: MarkerRules) -> None:
        self._line, theirs = socket.socketpair()
        self._read = b""
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, named in the settings
                [sys.executable, "-m", "service.queue.marker_child",
                 rules.opens, rules.argument, str(rules.memory_mib), str(os.getpid()),
                 str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )  # fmt: skip

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._line.close()

    def send(self, message: object, seconds: float) -> None:
        self._line.settimeout(seconds)
        try:
            self._line.sendall(json.dumps(message).encode() + b"\n")
        except OSError as error:
            raise _gone(error, seconds) from error

    def outcome(self, number: int, seconds: float) -> MarkingResult:
        line = self.line(seconds)
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        match message:
            case [answered, *_] if answered != number:
                reason = "the marking process answered what nobody asked"
                raise ChildGoneError(reason)
            case [_, "marked", dict(verdict)]:
                return Marked(verdict)
            case [_, "failed", str(reason)]:
                return Failed(reason)
            case [_, "source wanted"]:
                return SourceWanted()
        reason = "the marking process answered with what is no outcome"
        raise ChildGoneError(reason)

    def line(self, seconds: float) -> bytes:
        end = time.monotonic() + seconds
        try:
            while b"\n" not in self._read:
                self._line.settimeout(max(end - time.monotonic(), 0.001))
                chunk = self._line.recv(READ)
                if not chunk:
                    raise ConnectionResetError
                self._read += chunk
        except OSError as error:
            raise _gone(error, seconds) from error
        line, self._read = self._read.split(b"\n", 1)
        return line


def _gone(error: OSError, seconds: float) -> ChildGoneError:
    late = isinstance(error, TimeoutError)
    return ChildGoneError(
        f"the marking process {f'gave nothing in {seconds:g} s' if late else 'died'}"
    )
