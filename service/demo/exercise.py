"""The demo's exercise: the three layers with the numbers of the course, 903,400 parameters."""

from typing import Final

from cards.variants.draws import SEED_BYTES
from service.bank.bank import open_questions
from service.bank.questions import ListedQuestion, Questions, VariantOrigin
from service.config import Config
from service.store.engine import Store
from service.store.people import find_user
from service.store.variants import NewVariant, add_variant, variant_of_seed
from service.store.versions import keep_version

QUESTION: Final = "cnn/three-conv-parameters"
NUMBERS: Final = {"channels": 3, "kernel": 3, "filters": 100, "growth": 2}
# One draw in 342 has these numbers; so many seeds are tried before the demo does without.
_SEEDS: Final = 20_000


def add_exercise(config: Config, login: str) -> str | None:
    """The id of the student's variant with the course's numbers; None where no seed gives them.

    The seeds are tried in order, so that a demo started again finds the same variant.
    """
    questions = open_questions(config.bank, config.seed_secret())
    question = next((one for one in questions.listed() if one.id == QUESTION), None)
    seed = None if question is None else _seed(questions, question)
    if question is None or seed is None:
        return None
    store = Store(config.store_url())
    try:
        with store.write() as connection:
            student = find_user(connection, login)
            if student is None:
                return None
            there = variant_of_seed(connection, student.id, seed)
            if there is not None:
                return there
            keep_version(connection, question.content_hash, question.id, question.source)
            number = -1  # before the student's own, which count from 0
            return add_variant(
                connection,
                NewVariant(student.id, "practice", QUESTION, question.content_hash, number, seed),
            )
    finally:
        store.close()


def _seed(questions: Questions, question: ListedQuestion) -> str | None:
    for number in range(_SEEDS):
        # Without its side: the course's numbers may belong to homework.
        seed = questions.seed(question.pinned, "practice", "exercise", number)[: 2 * SEED_BYTES]
        version = (question.content_hash, question.source)
        shown = questions.show(VariantOrigin(seed, *version, *version))
        if shown["numbers"] == NUMBERS:
            return seed
    return None
