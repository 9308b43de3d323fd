"""Variants: dealt to a user, found again, and whether they may be answered now."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select

from service.auth.identity import Identity
from service.bank.questions import VariantOrigin
from service.store.dialects import lock
from service.store.ids import new_id
from service.store.moments import Now
from service.store.schema import assignments, enrolments, extensions, variants
from service.store.values import value_of
from service.store.versions import VERSION_NOW, WITH_VERSION, version_source
from service.store.visibility import visible_to

_GATE = (
    select(
        variants.c.id,
        variants.c.question_id,
        VERSION_NOW.label("content_hash"),
        Now().label("now"),
        assignments.c.opens_at,
        func.coalesce(extensions.c.due_at, assignments.c.due_at).label("due_at"),
        assignments.c.late_until,
        variants.c.used,
        variants.c.allowed,
        variants.c.assignment_id,
        func.coalesce(assignments.c.kind, "homework").label("kind"),
        or_(variants.c.assignment_id.is_(None), enrolments.c.id.is_not(None)).label("belongs"),
    )
    .select_from(WITH_VERSION)
    .outerjoin(assignments, assignments.c.id == variants.c.assignment_id)
    .outerjoin(
        extensions,
        and_(
            extensions.c.assignment_id == variants.c.assignment_id,
            extensions.c.user_id == variants.c.user_id,
        ),
    )
    .outerjoin(
        enrolments,
        and_(
            enrolments.c.course_id == assignments.c.course_id,
            enrolments.c.user_id == variants.c.user_id,
        ),
    )
    .where(variants.c.id == bindparam("variant"), variants.c.user_id == bindparam("who"))
)


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a variant may be answered at a moment: the database's now when it was read.

    It `belongs` to its user as long as they are in the course that set it; practice always does.
    """

    variant_id: str
    question_id: str
    content_hash: str
    now: int
    opens_at: int | None
    due_at: int | None
    late_until: int | None
    used: int
    allowed: int | None
    assignment_id: str | None
    kind: str
    belongs: bool

    @property
    def is_late(self) -> bool:
        """Whether an answer now comes after the due time (the extension's, where there is one)."""
        return self.due_at is not None and self.now > self.due_at

    @property
    def is_closed(self) -> bool:
        """Whether no answer is taken any more."""
        last = max((end for end in (self.due_at, self.late_until) if end is not None), default=None)
        return last is not None and self.now > last

    @property
    def is_early(self) -> bool:
        """Whether the assignment has not opened."""
        return self.opens_at is not None and self.now < self.opens_at


@dataclass(frozen=True, slots=True)
class VariantRow:
    """A dealt variant: a question with its seed, whose it is, and the attempts at it."""

    id: str
    user_id: str
    assignment_id: str | None
    question_id: str
    content_hash: str
    number: int
    seed: str
    used: int
    allowed: int | None

    @property
    def is_spent(self) -> bool:
        """Whether all attempts at it are used."""
        return self.allowed is not None and self.used >= self.allowed


@dataclass(frozen=True, slots=True)
class FoundVariant(VariantRow):
    """A variant with the version that it counts under now."""

    version_now: str


def gate(connection: Connection, who: Identity, variant_id: str) -> Gate | None:
    """The user's own variant and its time limits, or None."""
    row = connection.execute(_GATE, {"variant": variant_id, "who": who.user_id}).first()
    return None if row is None else Gate(*row)


def find_variant(connection: Connection, who: Identity, variant_id: str) -> FoundVariant | None:
    """A variant that the user may see, or None."""
    return value_of(
        FoundVariant,
        connection.execute(
            select(variants, VERSION_NOW.label("version_now"))
            .select_from(WITH_VERSION)
            .where(variants.c.id == variant_id, visible_to(who, variants))
        ).first(),
    )


def origin_of(connection: Connection, row: FoundVariant) -> VariantOrigin:
    """A found variant as the bank takes it: its seed, and its versions with their sources."""
    return VariantOrigin(
        seed=row.seed,
        content_hash=row.version_now,
        source=version_source(connection, row.version_now),
        dealt_hash=row.content_hash,
        dealt_source=version_source(connection, row.content_hash),
    )


def latest_variant(
    connection: Connection, user_id: str, question_id: str, assignment_id: str | None
) -> VariantRow | None:
    """The user's newest variant of a question, in an assignment or in practice."""
    return value_of(
        VariantRow,
        connection.execute(
            select(variants)
            .where(
                variants.c.user_id == user_id,
                variants.c.question_id == question_id,
                variants.c.assignment_id == assignment_id,
            )
            .order_by(variants.c.number.desc())
            .limit(1)
        ).first(),
    )


@dataclass(frozen=True, slots=True)
class NewVariant:
    """A variant that is being dealt."""

    user_id: str
    purpose: str
    question_id: str
    content_hash: str
    number: int
    seed: str
    assignment_id: str | None = None
    allowed: int | None = None


def add_variant(connection: Connection, new: NewVariant) -> str:
    """The id of a newly dealt variant."""
    variant_id = new_id()
    connection.execute(
        insert(variants).values(id=variant_id, used=0, created_at=Now(), **asdict(new))
    )
    return variant_id


def variant_of_seed(connection: Connection, user_id: str, seed: str) -> str | None:
    """The id of a user's variant with this seed, if it was dealt."""
    mine = (variants.c.user_id == user_id, variants.c.seed == seed)
    return connection.execute(select(variants.c.id).where(*mine)).scalar()


def lock_dealing(connection: Connection, user_id: str, question_id: str) -> None:
    """Deal a user's variants of one question one after the other, in any number of processes."""
    lock(connection, f"{user_id} {question_id}")
