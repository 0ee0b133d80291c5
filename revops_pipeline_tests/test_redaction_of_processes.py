"""Whatever way a message takes out of the process, it takes no secret along."""

from __future__ import annotations

import logging
import subprocess
import sys
import traceback

import pytest

from revops_pipeline.redaction import SafeError, protect, safe_copy

SECRET = "pat-na1-0123456789"


def test_an_error_of_ours_holds_no_secret_and_commands_no_terminal() -> None:
    protect(SECRET)
    assert str(SafeError(f"answered {SECRET} \x1b[2J")) == r"answered *** \x1b[2J"


def test_a_chain_of_errors_is_shown_without_secrets_and_with_its_lines() -> None:
    protect(SECRET)

    def fail() -> None:
        try:
            try:
                {}[SECRET]
            except KeyError as error:
                raise OSError(5, f"disk says {SECRET}") from error
        except OSError:
            raise RuntimeError("outer")  # noqa: B904 - a context is what is meant

    with pytest.raises(RuntimeError) as caught:
        fail()
    safe = safe_copy(caught.value)
    told = "".join(traceback.format_exception(safe))
    assert SECRET not in told
    assert "KeyError: \"'***'\"" in told or "KeyError: '***'" in told
    assert "disk says ***" in told
    assert 'raise RuntimeError("outer")' in told
    assert safe_copy(safe) is safe


@pytest.mark.parametrize("logger", ["urllib3.connectionpool", "dagster", "somebody.elses"])
def test_a_log_record_of_any_logger_holds_no_secret(
    caplog: pytest.LogCaptureFixture, logger: str
) -> None:
    protect(SECRET)
    log = logging.getLogger(logger)
    with caplog.at_level(logging.DEBUG, logger):
        log.debug("sent %s and %d", f"Bearer {SECRET}", 5)
        log.debug(f"sent {SECRET}")
        log.debug("kept %s %s", "as", "it is")
        try:
            raise ValueError(SECRET)
        except ValueError:
            log.exception("failed")
    assert SECRET not in caplog.text
    assert caplog.text.count("***") == 3
    assert caplog.records[2].args == ("as", "it is")


@pytest.mark.parametrize("where", ["in the main thread", "in a thread"])
def test_an_error_that_nobody_caught_is_shown_without_secrets(where: str) -> None:
    call = "fail()" if where == "in the main thread" else "threading.Thread(target=fail).start()"
    code = f"""
import threading
from revops_pipeline.redaction import protect
protect({SECRET!r})
def fail():
    raise ValueError("answered " + {SECRET[:9]!r} + {SECRET[9:]!r})
{call}
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "ValueError: answered ***" in done.stderr
    assert SECRET not in done.stderr
