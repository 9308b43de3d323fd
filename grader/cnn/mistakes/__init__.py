"""The catalogue of mistakes that students of convolutional networks make.

Each puts wrong formulas in the places of rules of `grader.cnn`, or of a conversion of units,
named by the rules' ids and written over the rules' own names. The sentence says what was done
and asks the question that leads on; it gives no number away.
"""

from collections.abc import Mapping
from typing import Final

from grader.cnn.mistakes.memory import MEMORY
from grader.cnn.mistakes.multiply_adds import MULTIPLY_ADDS
from grader.cnn.mistakes.parameters import PARAMETERS
from grader.cnn.mistakes.sizes import FIELDS, SIZES
from grader.mistakes import Mistake

CATALOGUE: Final[Mapping[str, Mistake]] = {
    mistake.id: mistake for mistake in (*PARAMETERS, *SIZES, *MULTIPLY_ADDS, *MEMORY, *FIELDS)
}
