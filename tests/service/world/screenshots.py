"""Pictures of the demo's pages, light and dark, wide and on a phone: for the docs, and to look at.

    python -m tests.service.world.screenshots FOLDER ADDRESS

The service at ADDRESS is the demo. Every picture is of a fresh variant, so numbers differ.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from service.demo.preparing import DEMO_PASSWORD

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDE = ViewportSize(width=1120, height=760)
PHONE = ViewportSize(width=390, height=844)
QUESTION = "cnn/three-conv-parameters"
LONG = frozenset({"today", "gradebook"})
PATIENCE = 15_000  # milliseconds


def chromium() -> str:
    """Where the browser is."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    message = f"no browser found; looked for {', '.join(BROWSERS)}"
    raise FileNotFoundError(message)


@dataclass(frozen=True)
class Look:
    """How a visitor looks at a page."""

    phone: bool = False
    dark: bool = False
    language: str = "en"
    script: bool = True


@contextmanager
def page_of(browser: Browser, address: str, look: Look | None = None) -> Iterator[Page]:
    """A page of a new visitor's browser."""
    look = look or Look()
    context = browser.new_context(
        base_url=address,
        viewport=PHONE if look.phone else WIDE,
        device_scale_factor=1.5 if look.phone else 1,
        color_scheme="dark" if look.dark else "light",
        locale="zh-CN" if look.language == "zh" else "en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
        java_script_enabled=look.script,
    )
    context.set_default_timeout(PATIENCE)
    try:
        yield context.new_page()
    finally:
        context.close()


def sign_in(page: Page, login: str) -> None:
    """Sign a demo user in."""
    page.goto("/sign-in")
    page.fill("#login", login)
    page.fill("#password", DEMO_PASSWORD)
    page.locator("main button").click()
    page.wait_for_url("**/")


def open_question(page: Page, question: str = QUESTION) -> None:
    """Deal fresh numbers of a question, from the list of today."""
    page.goto("/")
    page.locator(f'form[action="/practice/{question}"] button').click()
    page.wait_for_selector("h1#title")


def without_bias(page: Page) -> tuple[str, str]:
    """What somebody who forgets the biases answers to the three layers' question on the page."""
    words = page.locator("main svg desc").inner_html()
    kernel = int(re.findall(r"(?:conv|卷积) (\d+)×", words)[0])
    maps = [int(count) for count in re.findall(r"(\d+)@", words)]
    weights = [kernel * kernel * low * high for low, high in pairwise(maps)]
    return f"{weights[0]:,}", f"{sum(weights):,}"


def answer(page: Page, *texts: str) -> None:
    """Type answers, press Enter, wait for what was found."""
    boxes = page.locator("main .part .entry input")
    for place, text in enumerate(texts):
        boxes.nth(place).fill(text)
    boxes.last.press("Enter")
    page.wait_for_selector(".feedback")


def shoot(page: Page, folder: Path, name: str) -> None:
    """A picture of the page, of a long one its beginning, nothing in focus."""
    page.evaluate("document.activeElement?.blur()")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=folder / f"page-{name}.png", full_page=name not in LONG)


def take_all(folder: Path, address: str) -> None:
    """All pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        try:
            for_docs(browser, address, folder)
        finally:
            browser.close()


def for_docs(browser: Browser, address: str, folder: Path) -> None:
    """Each page as a student or a teacher sees it."""
    looks = {
        "question": Look(),
        "question-dark": Look(dark=True),
        "question-phone": Look(phone=True),
        "question-zh": Look(language="zh"),
    }
    for name, look in looks.items():
        with page_of(browser, address, look) as page:
            open_question(page)
            answer(page, *without_bias(page))
            shoot(page, folder, name)
            if name == "question":
                page.keyboard.press("Escape")
                page.locator("[data-key=s]").click()
                page.wait_for_selector(".solution")
                shoot(page, folder, "solution")
    with page_of(browser, address) as page:
        page.goto("/")
        shoot(page, folder, "today")
        sign_in(page, "student")
        page.goto("/homework")
        shoot(page, folder, "homework")
        page.locator("main .list a").first.click()
        page.wait_for_selector("ol.list")
        shoot(page, folder, "assignment")
        page.goto("/progress")
        shoot(page, folder, "progress")
    with page_of(browser, address) as page:
        sign_in(page, "teacher")
        page.goto("/teaching")
        shoot(page, folder, "teaching")
        for name in ("statistics", "gradebook", "regrade"):
            page.goto("/teaching")
            page.locator(f'main a[href$="/{name}"]').first.click()
            page.wait_for_selector(".tabs")
            shoot(page, folder, name)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    take_all(target, sys.argv[2])
