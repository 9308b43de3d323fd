"""The announcement that work waits: whoever stores something makes it, whoever grades hears it."""

from collections.abc import Callable


class Announcement:
    """Tells all who listen; makes no difference where nobody does. Never waits, never fails."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._listeners: list[Callable[[], None]] = []

    def heard_by(self, listener: Callable[[], None]) -> None:
        """Tell this one too; it must neither wait nor fail."""
        self._listeners.append(listener)

    def __call__(self) -> None:
        """There is something to do."""
        for listener in self._listeners:
            listener()
