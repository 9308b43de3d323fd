"""Chromium as Anki's screen: one page for both sides as on the desktop, or a page for each."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.cards.deck.sample_deck import Rendered

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ADDRESS = "http://card.test/"
# What weighs more than a plain `.card` in the style sheets of the desktop (webview, reviewer) and
# of AnkiDroid (flashcard), which come before the card's own.
PROGRAM = """
* { box-sizing: content-box; }
html { font-family: "DejaVu Serif", serif; }
body { margin: 20px; color: #020202; background: #f5f5f5; overflow-wrap: break-word; }
body.nightMode { color: #fcfcfc; background-color: #2c2c2c; }
body.night_mode { color: white; background-color: black; }
input:focus, input[type]:focus { outline: 0 none; border-color: #93c5fd; }
a { color: #1d4ed8; text-decoration: none; }
h1 { margin-bottom: 0.2em; }
hr { background-color: #5a5a5a; }
li { text-align: start; }
img { max-width: 100%; max-height: 95vh; }
"""
SHELL = (
    '<!doctype html><html><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<style>{program}</style><style>{css}</style></head>"
    '<body class="card card1 {mode}"><div id="qa">{side}</div></body></html>'
)
# The desktop puts a side's HTML into its page and makes its scripts anew, so that they run.
SHOW = """html => {
  const place = document.getElementById("qa");
  place.innerHTML = html;
  for (const old of place.querySelectorAll("script")) {
    const fresh = document.createElement("script");
    for (const { name, value } of old.attributes) fresh.setAttribute(name, value);
    fresh.textContent = old.textContent;
    old.replaceWith(fresh);
  }
}"""
NO_STORAGE = """for (const name of ["sessionStorage", "localStorage"]) Object.defineProperty(
  window, name, { get() { throw new DOMException("denied", "SecurityError"); } });"""
SCROLL = "document.getElementById('answer')?.scrollIntoView()"
HEARS = "window.heard = []; window.pycmd = (what) => window.heard.push(what);"

NUMBERS = "sample/numbers en"
STATEMENTS = "sample/statements en"

Way = Literal["desktop", "reloading"]


@contextmanager
def browser(chromium: str) -> Iterator[Browser]:
    """A browser, closed afterwards."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        try:
            yield launched
        finally:
            launched.close()


@dataclass
class Screen:
    """One student's screen on one card; `complaints` are whatever the page reported."""

    page: Page
    card: Rendered
    media: Path
    way: Way = "desktop"
    mode: str = ""
    complaints: list[str] = field(default_factory=list)
    others: Mapping[str, Rendered] = field(default_factory=dict)
    _html: str = ""

    def __post_init__(self) -> None:
        """Listen to the page and answer its requests."""
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS)
        if not name:
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8")
        elif (file := self.media / name).is_file():
            route.fulfill(body=file.read_bytes())
        else:
            self.complaints.append(f"asked for {route.request.url}")
            route.abort()

    def _load(self, side: str) -> None:
        self._html = SHELL.format(program=PROGRAM, css=self.card.css, mode=self.mode, side=side)
        self.page.goto(ADDRESS)

    def showing(self, key: str) -> "Screen":
        """Go on with another card."""
        self.card = self.others[key]
        return self

    def front(self) -> "Screen":
        """Show the front, as at a new review."""
        if self.way == "reloading" or not self._html:
            self._load("" if self.way == "desktop" else self.card.front)
        if self.way == "desktop":
            self.page.evaluate(SHOW, self.card.front)
        return self

    def back(self) -> "Screen":
        """Turn the card; the screen scrolls to where the answer begins."""
        if self.way == "reloading" or not self._html:
            self._load("" if self.way == "desktop" else self.card.back)
        if self.way == "desktop":
            self.page.evaluate(SHOW, self.card.back)
        self.page.evaluate(SCROLL)
        return self

    def type(self, *answers: str) -> "Screen":
        """Type into the answer boxes, in their order."""
        for box, answer in zip(self.page.locator(".gk-box").all(), answers, strict=False):
            box.fill(answer)
        return self

    def text(self, selector: str = "#gk") -> str:
        """What a reader sees there, blanks made even."""
        return re.sub(r"\s+", " ", self.page.locator(selector).inner_text()).strip()

    def question(self) -> str:
        """The question's own text, with the numbers of the variant."""
        return self.text(".gk-text")

    def numbers(self) -> tuple[int, int]:
        """The sample's filters and kernel as shown."""
        found = re.search(r"of (\d+) filters, (\d+)×", self.question())
        assert found is not None
        return int(found[1]), int(found[2])

    def look(self, selector: str, name: str) -> str:
        """A computed style of an element."""
        script = "([one, name]) => getComputedStyle(document.querySelector(one))[name]"
        return str(self.page.evaluate(script, [selector, name]))
