"""Reading a file that somebody else may have put there: no more than so much, and no pipe."""

import os
import stat
from pathlib import Path
from typing import Final

# What isn't a file may never end, or never begin.
_OTHER: Final = "a pipe or a device"


def file_content(path: Path, most: int) -> bytes:
    """The bytes of a file, at most one more than `most`; OSError where it is no file.

    One more, so that who asked can tell that there are too many.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - the path is open already, without waiting
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, _OTHER, str(path))
        return file.read(most + 1)
