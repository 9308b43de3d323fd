"""The client and `gradeck submit`: what they send, what they make of the answers."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from grader.errors import GradeckError
from service import client as client_module
from service.app import GradeckApp
from service.client import Client, ServiceError
from service.commands.submit import submit
from service.processes.background import Background
from service.queue.marker import Marker
from service.running import Service
from tests.service.world.rows import row
from tests.service.world.sums import right_for

Headers = dict[str, str]


@pytest.fixture
def client_in(
    app: GradeckApp, service: Service, ada: Headers, marker: Marker
) -> Iterator[Callable[[str], Client]]:
    """A function: a time zone -> a client of the application, whose background threads run."""
    background = Background(service, marker)
    token = ada["Authorization"].removeprefix("Bearer ")
    transport = httpx.WSGITransport(app)
    yield lambda zone: Client("http://gradeck.example", token, zone=zone, transport=transport)
    background.stop()


@pytest.fixture
def ours(client_in: Callable[[str], Client]) -> Client:
    """A client in this computer's time zone."""
    return client_in("")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses of the client, not slept."""
    pauses: list[float] = []
    monkeypatch.setattr("service.client.time.sleep", pauses.append)
    return pauses


def _answering(*answers: httpx.Response | Exception) -> tuple[Client, list[httpx.Request]]:
    asked: list[httpx.Request] = []
    waiting = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        made = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(made, Exception):
            raise made
        return made

    return Client("http://x", "t", transport=httpx.MockTransport(answer)), asked


def _problem(status: int, **headers: str) -> httpx.Response:
    body = {"type": "urn:gradeck:some-kind", "detail": "a sentence"}
    return httpx.Response(status, json=body, headers=headers)


GRADED = httpx.Response(
    201, json={"id": "s", "status": "graded", "verdict": {"score": 1, "out_of": 2, "parts": []}}
)


def test_from_question_to_verdict(ours: Client) -> None:
    """Deal, hand in, and the verdict comes back in the same call."""
    with ours:
        names = [one["id"] for one in ours.questions()]
        variant = ours.deal("sums/one")
        done = ours.submit(variant.id, right_for(variant.text["en"]))
        again = ours.submission(done.id)

    assert ["sums/one", "sums/two"] == names
    assert ("sum", "product") == variant.parts
    assert ("graded", 2, 2) == (done.status, done.score, done.out_of)
    assert done.shown == again.shown


def test_practice_counts_for_the_students_day(
    client_in: Callable[[str], Client], service: Service
) -> None:
    """The same moment is another study day for students at the two ends of the world."""
    days = {}
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        with client_in(zone) as client:
            variant = client.deal("sums/one")
            done = client.submit(variant.id, right_for(variant.text["en"]))
        days[zone] = row(service.store, done.id).study_day

    assert days["Pacific/Kiritimati"] > days["Etc/GMT+12"]


def test_the_computers_zone_is_the_students(
    quick: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless told another, a client names this computer's zone; UTC where nobody knows it."""
    zones = []
    for local in ("Asia/Shanghai", "Mars/Olympus_Mons", None):
        monkeypatch.setattr("service.client.tzlocal.get_localzone_name", lambda name=local: name)
        client, asked = _answering(GRADED)
        with client:
            client.submit("v", {"sum": "1"})
        zones.append(json.loads(asked[0].content)["zone"])

    assert ["Asia/Shanghai", "UTC", "UTC"] == zones


def test_what_gets_lost_is_sent_again_under_the_same_key(quick: list[float]) -> None:
    """Lost answers and 503 are tried again with one Idempotency-Key, after Retry-After."""
    client, asked = _answering(
        httpx.ReadError("gone"), _problem(503, **{"Retry-After": "3"}), GRADED
    )
    with client:
        done = client.submit("v", {"sum": "1"})

    assert 1 == done.score
    assert 1 == len({request.headers["Idempotency-Key"] for request in asked})
    assert [0.2, 3.0] == quick


def test_a_refusal_is_an_error_at_once(quick: list[float]) -> None:
    """What the service refuses is raised with its status, kind and sentence, and not repeated."""
    client, asked = _answering(_problem(409))
    with client, pytest.raises(ServiceError, match="a sentence") as caught:
        client.submit("v", {"sum": "1"})

    assert (409, "some-kind", 1, []) == (
        caught.value.status, caught.value.kind, len(asked), quick
    )  # fmt: skip


def test_dealing_is_not_repeated(quick: list[float]) -> None:
    """A POST without a key could be done twice: it is not sent again."""
    client, asked = _answering(httpx.ReadError("gone"))
    with client, pytest.raises(ServiceError, match="cannot be reached"):
        client.deal("sums/one")

    assert 1 == len(asked)


def test_it_gives_up_in_the_end(quick: list[float]) -> None:
    """A service that stays away is an error after a few tries."""
    client, asked = _answering(_problem(503))
    with client, pytest.raises(ServiceError):
        client.submission("s")

    assert client_module.TRIES == len(asked)


def test_an_answer_that_is_no_problem_is_told_as_such(quick: list[float]) -> None:
    """A proxy's HTML page is an error with its status, no traceback."""
    client, _ = _answering(httpx.Response(404, html="<p>no</p>"))
    with client, pytest.raises(ServiceError, match="answered 404"):
        client.variant("v")


def test_a_proxys_page_in_place_of_json_is_told(quick: list[float]) -> None:
    """200 with HTML is no verdict: the error asks whether it is this service."""
    client, _ = _answering(httpx.Response(200, html="<p>Welcome</p>"))
    with client, pytest.raises(ServiceError, match="without JSON"):
        client.variant("v")


def test_a_retry_after_may_be_a_date(quick: list[float]) -> None:
    """A date in Retry-After is legal: the usual pause is taken."""
    client, _ = _answering(
        _problem(503, **{"Retry-After": "Fri, 27 Nov 2026 01:00:00 GMT"}), GRADED
    )
    with client:
        assert 1 == client.submission("s").score

    assert [0.2] == quick


@pytest.mark.parametrize(
    ("address", "token", "says"),
    [
        ("http://x:port", "t", "got 'http://x:port'"),
        ("http://x", "t\n2", "token"),
        ("http://x", "é", "token"),
    ],
)
def test_an_address_or_token_that_is_none_is_told(address: str, token: str, says: str) -> None:
    """What a user may mistype is an error in a sentence, never a traceback."""
    with pytest.raises(ServiceError, match=says):
        Client(address, token)


@pytest.fixture
def command(
    client_in: Callable[[str], Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """A function: arguments of `gradeck submit` -> exit code and what it printed."""
    monkeypatch.setattr("service.commands.submit.Client", lambda *_, zone: client_in(zone))
    token = tmp_path / "token"
    token.write_text("gdk_x\n")

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(submit, [*arguments, "--token-file", str(token)])
        if isinstance(done.exception, GradeckError):
            raise done.exception
        return done.exit_code, done.stderr if done.exit_code else done.stdout

    return run


def test_submit_prints_the_verdict(command: Callable[..., tuple[int, str]]) -> None:
    """Points first, then each part with its outcome."""
    code, text = command("sums/one", "sum=0", "product=x")

    assert 0 == code
    assert "0 of 2" in text
    assert "sum: wrong" in text
    assert "product: unreadable" in text


def test_submit_prints_json(command: Callable[..., tuple[int, str]]) -> None:
    """With --json the submission as the API shows it."""
    _, text = command("sums/one", "sum=0", "--json")

    assert "graded" == json.loads(text)["status"]


def test_submit_takes_a_zone(command: Callable[..., tuple[int, str]], service: Service) -> None:
    """With --zone the answer counts for the day that it is there."""
    days = []
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        _, text = command("sums/one", "sum=0", "--json", "--zone", zone)
        days.append(row(service.store, json.loads(text)["id"]).study_day)

    assert days[0] > days[1]


def test_submit_wants_pairs(command: Callable[..., tuple[int, str]]) -> None:
    """An argument that is no PART=TEXT is refused with what came."""
    code, text = command("sums/one", "seven")

    assert (2, True) == (code, "expected PART=TEXT, got 'seven'" in text)


def test_submit_wants_one_answer_to_a_part(command: Callable[..., tuple[int, str]]) -> None:
    """Two answers to a part are refused: neither is dropped silently."""
    code, text = command("sums/one", "sum=1", "sum=2")

    assert (2, True) == (code, "expected each part once, got 'sum' again" in text)


def test_submit_takes_an_equals_sign_in_an_answer(
    command: Callable[..., tuple[int, str]],
) -> None:
    """Only the first equals sign divides."""
    _, text = command("sums/one", "sum=a=b", "--json")

    assert "a=b" == json.loads(text)["answers"]["sum"]
