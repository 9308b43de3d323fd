"""Question versions: the source of every version ever dealt, by content hash.

A variant keeps the version that it was dealt from. Once its assignment's question has been
corrected, it is shown and marked under the corrected version, with its old numbers.
"""

from sqlalchemy import Connection, and_, func, select

from service.store.dialects import insert_once
from service.store.moments import Now
from service.store.schema import assignment_questions, question_versions, variants

WITH_VERSION = variants.outerjoin(
    assignment_questions,
    and_(
        assignment_questions.c.assignment_id == variants.c.assignment_id,
        assignment_questions.c.question_id == variants.c.question_id,
    ),
)
# The version that a variant counts under now: its assignment's, in practice its own.
VERSION_NOW = func.coalesce(assignment_questions.c.content_hash, variants.c.content_hash)


def keep_version(connection: Connection, content_hash: str, question_id: str, source: str) -> None:
    """Keep a version's source, once; a variant of it can be replayed after the file changed."""
    insert_once(
        connection,
        question_versions,
        content_hash=content_hash,
        question_id=question_id,
        source=source,
        created_at=Now(),
    )


def version_source(connection: Connection, content_hash: str) -> str | None:
    """The source of a version, if it was ever dealt."""
    return connection.execute(
        select(question_versions.c.source).where(question_versions.c.content_hash == content_hash)
    ).scalar()
