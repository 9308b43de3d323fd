"""One thing that fails hides nothing else: what it raises becomes a fault that names its place."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from grader.errors import Fault, FaultsError, GradeckError

DEBUG: Final = "GRADECK_TRACEBACK"


@contextmanager
def contained(faults: list[Fault], file: str, line: int | None = None) -> Iterator[None]:
    """Whatever fails inside is added to the faults, so that the work after it goes on.

    >>> faults = []
    >>> with contained(faults, "a.yaml", 3):
    ...     raise KeyError("width")
    >>> print(faults[0].message)
    expected a file that can be read, got a fault of Gradeck itself: KeyError: 'width'
    """
    try:
        yield
    except FaultsError as error:
        faults += error.faults
    except GradeckError as error:
        faults.append(Fault("a file that can be read", str(error), file=file, line=line))
    except Exception as error:  # noqa: BLE001 - the faults of the other files are told all the same
        faults.append(own_fault(error, file, line))


def own_fault(error: Exception, file: str, line: int | None = None) -> Fault:
    """A failure of Gradeck's own as a fault of what it was working on; raised again for DEBUG.

    >>> own_fault(KeyError("stride"), "a.yaml", 3).got
    "a fault of Gradeck itself: KeyError: 'stride'"
    """
    if os.environ.get(DEBUG):
        raise error
    got = f"a fault of Gradeck itself: {type(error).__name__}: {error}"
    cure = f"report it with the file; {DEBUG}=1 shows where"
    return Fault("a file that can be read", got, cure, file=file, line=line)
