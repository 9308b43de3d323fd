"""What every test stands on: Hypothesis' settings, the browser, and that CI skips nothing."""

import os
import shutil
import sys
from collections.abc import Generator

import hypothesis
import pytest

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# No deadline: the machines are shared, and a slow example is no wrong one. CI draws the same
# examples every time, so that a red run says something about the change.
hypothesis.settings.register_profile("gradeck", deadline=None, derandomize=IN_CI)
# Under a mutant a failing example says enough: it is neither made smaller nor remembered.
hypothesis.settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
)
hypothesis.settings.load_profile("gradeck")

# A function that mutmut has broken calls itself through two more frames.
if "MUTANT_UNDER_TEST" in os.environ:
    sys.setrecursionlimit(5 * sys.getrecursionlimit())


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one the test is skipped, which CI counts as a failure."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on the path; `python3 dev.py test` as root installs it")
    return found


def _fail_where_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and CI skips nothing: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test's report, in which CI turns a skip into a failure."""
    report = yield
    _fail_where_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A file's report, in which CI turns a skip of the whole file into a failure."""
    report = yield
    _fail_where_skipped(report)
    return report
