"""Shared by both suites (Python 3.10 and 3.11), so it knows of no package but pytest.

With REQUIRE_REAL=1 (CI) a skipped test fails the run: a skip says that PostgreSQL, Redis or Chromium is missing.
"""

import os

import pytest


def pytest_collection_modifyitems(items):
    """Browser tests come last: Playwright keeps an event loop in the main thread, and asyncio.run refuses beside it."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("REQUIRE_REAL") == "1" and skipped and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if os.environ.get("REQUIRE_REAL") == "1" and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line(
            "REQUIRE_REAL=1: skipped tests mean that a real component is missing", red=True
        )
