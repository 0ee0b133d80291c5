"""The suite itself: what makes it fast must not fail in silence."""

from __future__ import annotations

import pytest


def test_tests_of_a_file_share_a_worker_and_what_they_set_up(
    request: pytest.FixtureRequest,
) -> None:
    """xdist groups by a suffix of the node id; a pytest that does not show it ignores the group."""
    if not request.config.getoption("loadgroup", default=False):
        pytest.skip("the tests are not spread over workers")
    assert request.node.nodeid.endswith(f"@{request.node.location[0]}")
