"""Every exception that Gradeck raises for a user's input, drawn as one tree.

GradeckError                      a sentence for people; the commands print it and exit with 1
├── FormulaError                  a formula's text or value: why, and at which character
├── WorksheetError                lines that don't fit together: unknown name, cycle
│   └── RequirementError          the numbers don't meet what a line demands
├── UnknownNameError              no such question, unit, mistake, ...; with the nearest name
├── NotHeldError                  an answer that waits for nobody is settled
├── ReplayError                   another version cannot take over what was dealt
├── ScheduleError                 reviews that can't follow each other
├── PaperError                    a document that can't be set
├── FaultsError                   many faults of one file at once
│   ├── NetworkError              a network file
│   ├── QuestionError             question files, exam plans, rosters
│   ├── LockError                 a deck's lock, or a deck that breaks what was handed out
│   ├── PackageError              a package that would lose notes or media
│   └── OldPackageError           a package that can't be compared with
├── Refusal                       an act that is not done in class
│   └── Problem                   a refusal of the web's own, with a status or header lines
├── ConfigError                   a setting
├── ListeningError                an address to listen on
├── OtherKindError                a demo on a service's data, or the other way round
├── MarkerError                   the marking process
├── StoreBusyError                the database, at the moment
└── ServiceError                  what a client was told by the service
"""

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass

from grader.naming import nearest_hint


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: what was expected, what came, the cure; and where it stands.

    Of where it stands (file, line, layer, field) each may be unknown, or mean nothing there.

    >>> where = {"file": "lenet.yaml", "line": 12, "layer": "conv1", "field": "kernel"}
    >>> str(Fault("a whole number from 1", "'three'", "write 3", **where))
    "lenet.yaml:12: conv1: kernel: expected a whole number from 1, got 'three'; write 3"
    """

    expected: str
    got: str
    cure: str = ""
    _: KW_ONLY
    file: str = ""
    line: int | None = None
    layer: str = ""
    field: str = ""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        head = ": ".join(part for part in (where, self.layer, self.field) if part)
        tail = f"; {self.cure}" if self.cure else ""
        return f"{head}: {self.message}{tail}" if head else f"{self.message}{tail}"

    @property
    def where(self) -> str:
        """The file, or the layer of a network that came without one."""
        return self.file or self.layer

    def as_dict(self) -> dict[str, str | int | None]:
        """The fault as JSON has it."""
        return {
            "where": self.where,
            "expected": self.expected,
            "got": self.got,
            "cure": self.cure,
            "line": self.line,
            "field": self.field,
        }

    @property
    def message(self) -> str:
        """The fault without where it stands and its cure: what was expected and what came."""
        return f"expected {self.expected}, got {self.got}"


class GradeckError(Exception):
    """The root: whatever a user's input can bring about, said in a sentence."""


class FormulaError(GradeckError):
    """A formula that can't be read, or whose value is out of bounds.

    `offset` counts the characters before the fault; -1 where the fault is in the value.
    """

    def __init__(self, reason: str, offset: int = -1) -> None:
        super().__init__(reason if offset < 0 else f"{reason} (at character {offset + 1})")
        self.reason = reason
        self.offset = offset


class WorksheetError(GradeckError):
    """Lines that don't fit together: a name nobody gives, a cycle, a name given twice.

    `line` names the one that it is about, where it is about one.
    """

    def __init__(self, message: str, line: str = "") -> None:
        super().__init__(message)
        self.line = line


class RequirementError(WorksheetError):
    """The numbers don't meet a worksheet's requirements; `unmet` names each that failed."""

    def __init__(self, unmet: Iterable[tuple[str, str, str]]) -> None:
        self.unmet = tuple(unmet)
        super().__init__("; ".join(f"{where}: {message}" for where, _, message in self.unmet))


class UnknownNameError(GradeckError):
    """A name that isn't there, with the nearest one that is.

    >>> str(UnknownNameError("unit", "MiBs", ["MiB", "MB", "bit"]))
    "there is no unit 'MiBs'; the nearest is 'MiB'"
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        hint = nearest_hint(name, frozenset(known))
        super().__init__(f"there is no {kind} {name[:80]!r}; {hint}")
        self.kind = kind
        self.name = name
        self.hint = hint


class FaultsError(GradeckError):
    """Many faults found in one run; its text has a line for each."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class NetworkError(FaultsError):
    """A network that can't be read or computed; each fault's `where` or `field` names the layer."""


class QuestionError(FaultsError):
    """Question files, exam plans or rosters that can't be used."""
