"""The browser of tests/browser, for faults that are seen in one."""

from __future__ import annotations

from tests.browser.conftest import browser, open_context, sign_in, tolerated

__all__ = ["browser", "open_context", "sign_in", "tolerated"]
