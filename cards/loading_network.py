"""Reading the `network:` of a question into a worksheet."""

from cards.fields import Entry
from grader.worksheet import Worksheet


def read_network_sheet(entry: Entry, draws: frozenset[str]) -> Worksheet | None:
    """The worksheet of a network whose numbers may be formulas over the draws."""
    entry.note("`lines:`", "`network:`", "networks can't be read yet")
    return None
