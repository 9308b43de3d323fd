"""The last minute before an assignment closes: a class hands in, and each waits for the verdict."""

import threading
import time
from random import Random

import httpx

from service.auth.identity import Scope
from service.store.engine import Store
from service.store.ids import new_id
from service.store.people import add_token
from tests.service.world.rows import add_sum
from tests.service.world.system import System

PARTS = 8
LAST_MINUTE = 60.0
CONNECTIONS = 32


def last_minute(system: System, students: int) -> list[float]:
    """Seconds to the verdict of each of PARTS submissions by each student.

    From the moment when it was due to be sent: a client that is late counts too. The moments are
    random, and crowd towards the end: the last second has twice as many as the average one.
    """
    random = Random(300)  # noqa: S311 - the same rush each time, no secret
    due = [
        (LAST_MINUTE * random.random() ** 0.5, *student)
        for student in class_of(system, students)
        for _ in range(PARTS)
    ]
    waiting = iter(sorted(due))
    lock = threading.Lock()
    spent: list[float] = []
    began = time.monotonic() + 1

    def hand_in_on_time() -> None:
        with httpx.Client(base_url=system.web.address, timeout=60) as client:
            while True:
                with lock:
                    moment, token, variant = next(waiting, (0.0, "", ""))
                if not token:
                    return
                time.sleep(max(0, began + moment - time.monotonic()))
                answer = client.post(
                    "/api/v1/submissions",
                    json={"variant": variant, "answers": {"sum": "12", "product": "x"}},
                    headers={
                        "Authorization": f"Bearer {token}",
                        "Idempotency-Key": new_id(),
                        "Prefer": "wait=20",
                    },
                )
                if answer.status_code != httpx.codes.CREATED:
                    raise RuntimeError(answer.status_code)
                with lock:
                    spent.append(time.monotonic() - began - moment)

    threads = [threading.Thread(target=hand_in_on_time) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(spent) < len(due):
        raise RuntimeError(f"{len(due) - len(spent)} submissions got no verdict")
    return spent


def class_of(system: System, students: int) -> list[tuple[str, str]]:
    """Students, each as a token and a variant of their own."""
    store = Store(system.database)
    found = []
    for _ in range(students):
        user_id, variant_id = add_sum(store)
        with store.write() as connection:
            _, token = add_token(connection, user_id, "bench", list(Scope), days=1)
        found.append((token, variant_id))
    store.close()
    return found
