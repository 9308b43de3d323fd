"""Question versions: the source of every version ever dealt, by content hash."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from service.store.moments import Now
from service.store.schema import question_versions


def keep_version(connection: Connection, content_hash: str, question_id: str, source: str) -> None:
    """Keep a version's source, once; a variant of it can be replayed after the file changed."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(
        dialect.insert(question_versions)
        .values(content_hash=content_hash, question_id=question_id, source=source, created_at=Now())
        .on_conflict_do_nothing()
    )


def version_source(connection: Connection, content_hash: str) -> str | None:
    """The source of a version, if it was ever dealt."""
    return connection.execute(
        select(question_versions.c.source).where(question_versions.c.content_hash == content_hash)
    ).scalar()
