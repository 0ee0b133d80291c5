"""Python's garbage collector during a load."""

from __future__ import annotations

import gc

import pytest

from revops_pipeline.warehouse.garbage import seldom_collected


def test_after_a_load_that_failed_garbage_is_collected_as_before() -> None:
    before = gc.get_threshold()

    def load() -> None:
        with seldom_collected():
            assert gc.get_threshold()[0] > before[0]
            assert gc.isenabled()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        load()
    assert gc.get_threshold() == before
