"""Names that no file can have on every machine."""

import re
from typing import Final

_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)", re.IGNORECASE)


def names_a_device(text: str) -> bool:
    """Whether Windows keeps this name for a device, so that no file can have it.

    >>> names_a_device("CON"), names_a_device("aux.x"), names_a_device("console")
    (True, True, False)
    """
    return _DEVICES.match(text) is not None
