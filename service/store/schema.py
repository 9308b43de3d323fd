"""The tables. Moments are whole milliseconds (UTC), JSON is text, ids are 32 hex digits.

`submissions` is the queue and the student's record in one: its `raw` is written before
anything reads it and never again. `verdicts` and `audit` only ever grow (triggers hold that,
see migrations), so a regrade adds a verdict and overwrites none.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from service.auth.roles import Role

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _to(name: str, target: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, ForeignKey(f"{target}.id"), nullable=null)


def _moment(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null)


_ROLE = f"role in ({','.join(repr(role.value) for role in Role)})"

# One row, from the first start on.
installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    CheckConstraint("id = 1", name="one"),
    CheckConstraint("kind in ('demo','real')", name="kind"),
)

users = Table(
    "users",
    metadata,
    _id(),
    Column("login", Text, unique=True, nullable=False),
    Column("name", Text, nullable=False),
    Column("password_hash", Text),
    Column("admin", Boolean, nullable=False, default=False),
    Column("guest", Boolean, nullable=False, default=False),
    Column("disabled", Boolean, nullable=False, default=False),
    # Made by a roster, and claimed through its link: nobody chose this login for themselves.
    Column("by_roster", Boolean, nullable=False, default=False),
    _moment("created_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", Text, primary_key=True),
    _to("user_id", "users"),
    Column("csrf", Text, nullable=False),
    _moment("created_at"),
    _moment("expires_at"),
    Index(None, "user_id"),
)

tokens = Table(
    "tokens",
    metadata,
    _id(),
    _to("user_id", "users"),
    Column("hash", Text, unique=True, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    # The token that made this one, and takes it along when it ends.
    _to("parent_id", "tokens", null=True),
    _moment("created_at"),
    _moment("expires_at"),
    _moment("revoked_at", null=True),
    Index(None, "user_id"),
)

courses = Table(
    "courses",
    metadata,
    _id(),
    Column("title", Text, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    _moment("created_at"),
)

enrolments = Table(
    "enrolments",
    metadata,
    _id(),
    _to("course_id", "courses"),
    _to("user_id", "users"),
    Column("role", Text, nullable=False),
    Column("section", Text, nullable=False, default=""),
    Column("student_id", Text, nullable=False, default=""),
    _moment("created_at"),
    UniqueConstraint("course_id", "user_id"),
    CheckConstraint(_ROLE, name="role"),
    Index(None, "user_id"),
)

invites = Table(
    "invites",
    metadata,
    _id(),
    _to("course_id", "courses"),
    # For one person's account that nobody has claimed yet; empty: for whoever has the link.
    _to("user_id", "users", null=True),
    Column("hash", Text, unique=True, nullable=False),
    Column("role", Text, nullable=False),
    Column("section", Text, nullable=False, default=""),
    # As a roster has it, for an account that its owner is to confirm.
    Column("student_id", Text, nullable=False, default=""),
    Column("uses_left", Integer, nullable=False),
    _moment("expires_at"),
    _moment("created_at"),
    CheckConstraint(_ROLE, name="role"),
    Index(None, "course_id"),
)

question_versions = Table(
    "question_versions",
    metadata,
    Column("content_hash", Text, primary_key=True),
    Column("question_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    _moment("created_at"),
    Index(None, "question_id"),
)

assignments = Table(
    "assignments",
    metadata,
    _id(),
    _to("course_id", "courses"),
    Column("kind", Text, nullable=False, default="homework"),
    Column("title", Text, nullable=False),
    # What an exam's paper earns at most: each has some of its questions. Empty for homework.
    Column("points", Text),
    _moment("opens_at"),
    _moment("due_at"),
    _moment("late_until", null=True),
    # A share as text ("1/2"): gradebooks add exact fractions, never floats.
    Column("late_credit", Text, nullable=False, default="0"),
    Column("attempts", Integer),
    Column("variants", Integer, nullable=False, default=1),
    _moment("released_at", null=True),
    Column("version", Integer, nullable=False, default=1),
    _moment("created_at"),
    Index(None, "course_id"),
)

assignment_questions = Table(
    "assignment_questions",
    metadata,
    _id(),
    _to("assignment_id", "assignments"),
    Column("position", Integer, nullable=False),
    Column("question_id", Text, nullable=False),
    Column("content_hash", Text, ForeignKey("question_versions.content_hash"), nullable=False),
    Column("points", Text, nullable=False),
    UniqueConstraint("assignment_id", "question_id"),
)

# What an exam was made of: the plan as it was then, and the versions of all its questions.
exams = Table(
    "exams",
    metadata,
    Column("assignment_id", Text, ForeignKey("assignments.id"), primary_key=True),
    Column("plan", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    # JSON: the hash of each question's version, by its id.
    Column("versions", Text, nullable=False),
    Column("carried_share", Text, nullable=False),
    Column("mistake_share", Text, nullable=False),
)

# Papers that were dealt together, and where the bubbles of their answer sheets lie (JSON).
printings = Table(
    "printings",
    metadata,
    _to("assignment_id", "assignments"),
    Column("number", Integer, nullable=False),
    Column("sheets", Text),
    _moment("created_at"),
    PrimaryKeyConstraint("assignment_id", "number"),
)

papers = Table(
    "papers",
    metadata,
    _id(),
    _to("assignment_id", "assignments"),
    _to("user_id", "users"),
    Column("printing", Integer, nullable=False),
    Column("paper", Text, nullable=False),
    # JSON: the student as on the roster, the questions with their seeds.
    Column("sitting", Text, nullable=False),
    # Empty until its answers are in; then "marked", or "absent" for who wasn't there.
    Column("state", Text, nullable=False, default=""),
    _moment("created_at"),
    UniqueConstraint("assignment_id", "user_id"),
    UniqueConstraint("assignment_id", "paper"),
)

extensions = Table(
    "extensions",
    metadata,
    _id(),
    _to("assignment_id", "assignments"),
    _to("user_id", "users"),
    _moment("due_at"),
    _moment("created_at"),
    UniqueConstraint("assignment_id", "user_id"),
)

variants = Table(
    "variants",
    metadata,
    _id(),
    _to("user_id", "users"),
    _to("assignment_id", "assignments", null=True),
    Column("purpose", Text, nullable=False),
    Column("question_id", Text, nullable=False),
    Column("content_hash", Text, ForeignKey("question_versions.content_hash"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("seed", Text, nullable=False),
    Column("used", Integer, nullable=False, default=0),
    Column("allowed", Integer),
    _moment("created_at"),
    UniqueConstraint("user_id", "purpose", "assignment_id", "question_id", "number"),
    CheckConstraint("used >= 0", name="used"),
    Index(None, "assignment_id"),
)
# NULLs count as different in a unique constraint: practice, without assignment, needs its own.
Index(
    "uq_variants_practice",
    variants.c.user_id,
    variants.c.question_id,
    variants.c.number,
    unique=True,
    sqlite_where=variants.c.assignment_id.is_(None),
    postgresql_where=variants.c.assignment_id.is_(None),
)

drafts = Table(
    "drafts",
    metadata,
    Column("variant_id", Text, ForeignKey("variants.id"), primary_key=True),
    Column("raw", Text, nullable=False),
    _moment("saved_at"),
)

# How a practised variant went: what the schedule of one's questions is replayed from.
practice = Table(
    "practice",
    metadata,
    Column("variant_id", Text, ForeignKey("variants.id"), primary_key=True),
    _to("user_id", "users"),
    Column("question_id", Text, nullable=False),
    Column("hints", Integer, nullable=False, default=0),
    # The study day as ISO text and the rating 1 to 4; both empty until the first answer.
    Column("day", Text),
    Column("rating", Integer),
    _moment("rated_at", null=True),
    CheckConstraint("rating between 1 and 4", name="rating"),
    Index(None, "user_id"),
)

submissions = Table(
    "submissions",
    metadata,
    _id(),
    _to("variant_id", "variants"),
    _to("user_id", "users"),
    Column("idempotency_key", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("late", Boolean, nullable=False, default=False),
    _moment("received_at"),
    Column("status", Text, nullable=False, default="waiting"),
    # The student's study day when it came, as ISO text; empty for homework.
    Column("study_day", Text),
    # Claims ever made, the fence against stale workers; and claims since it was last requeued.
    Column("claims", Integer, nullable=False, default=0),
    Column("strikes", Integer, nullable=False, default=0),
    _moment("lease_until", null=True),
    Column("score", Text),
    Column("out_of", Text),
    Column("verdict", Text),
    # Whether a part of the verdict waits for a person.
    Column("held", Boolean, nullable=False, default=False),
    # Whether a later table of results has other answers of this paper in its place.
    Column("replaced", Boolean, nullable=False, default=False),
    Column("error", Text),
    _moment("graded_at", null=True),
    UniqueConstraint("user_id", "idempotency_key"),
    CheckConstraint("status in ('waiting','grading','graded','error')", name="status"),
    Index(None, "variant_id"),
)
# Only the rows that wait are in this index, so it stays small while the table grows for years.
Index(
    "ix_submissions_queue",
    submissions.c.status,
    submissions.c.claims,
    submissions.c.received_at,
    sqlite_where=submissions.c.status.in_(["waiting", "grading"]),
    postgresql_where=submissions.c.status.in_(["waiting", "grading"]),
)

# Few wait for a person, among all that were ever graded.
Index(
    "ix_submissions_held",
    submissions.c.variant_id,
    sqlite_where=submissions.c.held,
    postgresql_where=submissions.c.held,
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("submission_id", Text, ForeignKey("submissions.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content_hash", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("score", Text, nullable=False),
    Column("cause", Text, nullable=False),
    _moment("at"),
)

jobs = Table(
    "jobs",
    metadata,
    _id(),
    Column("kind", Text, nullable=False),
    _to("user_id", "users"),
    _to("course_id", "courses", null=True),
    Column("params", Text, nullable=False),
    Column("status", Text, nullable=False, default="waiting"),
    Column("claims", Integer, nullable=False, default=0),
    _moment("lease_until", null=True),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("result", Text),
    Column("file", Text),
    Column("error", Text),
    _moment("created_at"),
    _moment("ended_at", null=True),
    CheckConstraint("status in ('waiting','running','done','error')", name="status"),
    Index(None, "user_id"),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    _moment("at"),
    _to("actor_id", "users", null=True),
    _to("course_id", "courses", null=True),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("data", Text, nullable=False),
    Index(None, "course_id"),
)
