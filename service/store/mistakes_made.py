"""Which mistakes students made at their first attempt."""

import json
from collections import Counter

from sqlalchemy import Connection, select

from service.auth.identity import Identity
from service.store.schema import submissions, variants
from service.store.visibility import visible_to


def first_mistakes(
    connection: Connection, who: Identity, assignment_id: str
) -> dict[str, Counter[str]]:
    """By question, how many students made each mistake at their first attempt."""
    rows = connection.execute(
        select(submissions.c.user_id, variants.c.question_id, submissions.c.verdict)
        .join(variants, variants.c.id == submissions.c.variant_id)
        .where(
            variants.c.assignment_id == assignment_id,
            submissions.c.status == "graded",
            visible_to(who, submissions),
        )
        .order_by(submissions.c.received_at, submissions.c.id)
    )
    seen = set[tuple[str, str]]()
    found: dict[str, Counter[str]] = {}
    for user_id, question_id, verdict in rows:
        if (user_id, question_id) in seen:
            continue
        seen.add((user_id, question_id))
        made = {mistake for part in json.loads(verdict)["parts"] for mistake in part["mistakes"]}
        found.setdefault(question_id, Counter()).update(made)
    return found
