"""One copied checkout for all tests of a worker; what they write goes to folders of their own."""

from __future__ import annotations

import pytest

from revops_pipeline_tests.commands.checkout import Checkout


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return Checkout.copy(tmp_path_factory.mktemp("checkout"))
