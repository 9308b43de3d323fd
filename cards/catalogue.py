"""The catalogue of mistakes that questions may list by id."""

from collections.abc import Mapping
from typing import Final

from grader.mistakes import Mistake

CATALOGUE: Final[Mapping[str, Mistake]] = {}
