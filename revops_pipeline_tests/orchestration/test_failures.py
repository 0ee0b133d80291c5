"""What Dagster is told of a failure, it keeps: no secret is in it."""

from __future__ import annotations

import sys

import dagster as dg
import pytest
from dagster._utils.error import serializable_error_info_from_exc_info

from revops_pipeline.orchestration.failures import typed_failures
from revops_pipeline.redaction import protect

SECRET = "snow-password-0123"


def test_an_error_that_nobody_expected_is_kept_with_its_causes_and_without_secrets() -> None:
    protect(SECRET)

    def log_in() -> None:
        try:
            raise LookupError(f"answered {SECRET}")
        except LookupError as error:
            raise RuntimeError(f"250001: Incorrect password {SECRET}") from error

    with pytest.raises(dg.Failure) as caught, typed_failures():
        log_in()
    failure = caught.value
    assert failure.description == "RuntimeError: 250001: Incorrect password ***"
    try:
        raise failure
    except dg.Failure:
        kept = serializable_error_info_from_exc_info(sys.exc_info())  # type: ignore[arg-type]
    assert SECRET not in kept.to_string()
    assert "LookupError: answered ***" in kept.to_string()
