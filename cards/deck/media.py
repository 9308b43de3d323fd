"""A file that cards refer to: Anki keeps what it has under a name, so names follow content."""

import hashlib
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Media:
    """A file that cards refer to, under a name made from its content."""

    name: str
    content: bytes

    @classmethod
    def named(cls, stem: str, suffix: str, content: bytes) -> Self:
        """The file under a name that changes with its content.

        Anki keeps the content it has under a name, so that a changed file needs a new one.

        >>> Media.named("_gradeck-math", ".woff2", b"font").name
        '_gradeck-math-795ea3ef.woff2'
        """
        return cls(f"{stem}-{hashlib.sha256(content).hexdigest()[:8]}{suffix}", content)
