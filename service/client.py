"""A typed client of the API: deal a variant, hand in answers, wait for the verdict.

with Client("https://gradeck.example", token) as client:
variant = client.deal("cnn/three-conv-layers")
done = client.submit(variant.id, {"parameters": "903,400"})
print(done.score, done.out_of)
"""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfoNotFoundError, available_timezones

import httpx
import tzlocal

from grader.errors import GradeckError

WAIT_SECONDS = 20
TRIES = 6
# What may be asked again: the key makes sure that it is stored once.
PASSING = frozenset({429, 502, 503, 504})


class ServiceError(GradeckError):
    """The service refused, or could not be reached; `status` is 0 for the latter."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind


@dataclass(frozen=True, slots=True)
class DealtVariant:
    """A variant as it was dealt; `shown` is everything that the service said of it."""

    id: str
    question: str
    text: Mapping[str, str]
    parts: tuple[str, ...]
    shown: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission and, once it is graded, its verdict."""

    id: str
    status: str
    score: float | None
    out_of: float | None
    shown: Mapping[str, Any] = field(repr=False)

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.status in {"graded", "error"}


class Client:
    """The API of one service, as one token sees it; use it in a `with` block."""

    def __init__(
        self,
        address: str,
        token: str,
        *,
        zone: str = "",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Nothing is asked yet; ServiceError for an address or a token that can be none.

        `zone` is where the student is, such as Asia/Shanghai: practice counts for the study day
        that it is there. Empty: this computer's time zone.
        """
        if not token.isascii() or not token.isprintable():
            raise ServiceError(0, "bad-token", "the token has characters that no token has")
        try:
            base = httpx.URL(address.rstrip("/") + "/api/v1")
        except httpx.InvalidURL as error:
            detail = (
                f"expected an address such as https://gradeck.example, got {address!r}: {error}"
            )
            raise ServiceError(0, "bad-address", detail) from error
        self._zone = zone or local_zone()
        self._http = httpx.Client(
            base_url=base,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(10, read=WAIT_SECONDS + 15),
            transport=transport,
        )

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close its connections."""
        self._http.close()

    def questions(self) -> list[Mapping[str, Any]]:
        """All questions that can be practised, through all pages."""
        questions: list[Mapping[str, Any]] = []
        after: str | None = ""
        while after is not None:
            page = self._ask("GET", "/questions", params={"limit": 200, "after": after})
            questions += page["items"]
            after = page["next"]
        return questions

    def deal(self, question: str, assignment: str | None = None) -> DealtVariant:
        """A variant to practise, or one's variant in an assignment."""
        path = f"/assignments/{assignment}/variants" if assignment else "/variants"
        return _variant(self._ask("POST", path, json={"question": question}))

    def variant(self, variant_id: str) -> DealtVariant:
        """A variant that was dealt before."""
        return _variant(self._ask("GET", f"/variants/{variant_id}"))

    def submit(
        self,
        variant_id: str,
        answers: Mapping[str, str],
        *,
        key: str = "",
        wait: float = WAIT_SECONDS,
    ) -> Submission:
        """Hand in answers and wait up to `wait` seconds for the verdict.

        A request that gets lost is sent again under the same key: it is stored once.
        """
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        if wait >= 1:
            headers["Prefer"] = f"wait={min(wait, WAIT_SECONDS):.0f}"
        given = {"variant": variant_id, "answers": dict(answers), "zone": self._zone}
        end = time.monotonic() + wait
        done = _submission(self._ask("POST", "/submissions", json=given, headers=headers))
        while not done.is_final and time.monotonic() < end:
            done = self.submission(done.id, wait=end - time.monotonic())
        return done

    def submission(self, submission_id: str, *, wait: float = 0) -> Submission:
        """A submission; waits up to `wait` seconds for its verdict."""
        headers = {"Prefer": f"wait={min(wait, WAIT_SECONDS):.0f}"} if wait >= 1 else {}
        return _submission(self._ask("GET", f"/submissions/{submission_id}", headers=headers))

    def _ask(self, method: str, path: str, **given: Any) -> Any:  # noqa: ANN401 - any JSON
        last = ServiceError(0, "unreachable", "the service was not asked")
        for number in range(TRIES):
            try:
                answer = self._http.request(method, path, **given)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                last = ServiceError(
                    0, "unreachable", f"{self._http.base_url} cannot be reached: {error}"
                )
                pause = 0.2 * 2**number
            else:
                if answer.is_success:
                    return _json(answer)
                last = _problem(answer)
                if answer.status_code not in PASSING:
                    raise last
                after = answer.headers.get("Retry-After", "")
                # It may be a date too (RFC 9110); then the usual pause is as good.
                pause = float(after) if after.isdecimal() else 0.2 * 2**number
            if method == "POST" and "Idempotency-Key" not in given.get("headers", {}):
                raise last
            if number < TRIES - 1:
                time.sleep(min(pause, 10))
        raise last


def local_zone() -> str:
    """The name of this computer's time zone; UTC where it has none that others know."""
    try:
        name = tzlocal.get_localzone_name()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return name if name in available_timezones() else "UTC"


def _json(answer: httpx.Response) -> Any:  # noqa: ANN401 - any JSON
    try:
        return answer.json()
    except ValueError as error:
        detail = f"{answer.url} answered {answer.status_code} without JSON: is it this service?"
        raise ServiceError(answer.status_code, "no-json", detail) from error


def _variant(shown: Mapping[str, Any]) -> DealtVariant:
    parts = tuple(str(part["id"]) for part in shown["parts"])
    return DealtVariant(shown["id"], shown["question"], shown["text"], parts, shown)


def _submission(shown: Mapping[str, Any]) -> Submission:
    verdict = shown["verdict"] or {}
    return Submission(
        shown["id"], shown["status"], verdict.get("score"), verdict.get("out_of"), shown
    )


def _problem(answer: httpx.Response) -> ServiceError:
    try:
        body = answer.json()
        kind, detail = body["type"].removeprefix("urn:gradeck:"), body["detail"]
    except (ValueError, KeyError, TypeError, AttributeError):
        kind, detail = "no-problem", f"the service answered {answer.status_code}"
    return ServiceError(answer.status_code, kind, detail)
