"""One policy for failures: what may pass is tried again, what will not fails at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError

from revops_pipeline.matching import MatchError
from revops_pipeline.redaction import redacted, safe_copy
from revops_pipeline.settings import SettingsError
from revops_pipeline.sources.stream import PermanentError, TransientError
from revops_pipeline.transform.runner import ManifestError
from revops_pipeline.warehouse.base import WarehouseBusy, WarehouseError

RETRY_POLICY = dg.RetryPolicy(
    max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)


@contextmanager
def typed_failures() -> Iterator[None]:
    """Turns our errors into Dagster's, with the message as it is: it already says what to do."""
    try:
        yield
    except (TransientError, WarehouseBusy) as error:
        raise dg.Failure(str(error), allow_retries=True) from None
    except (PermanentError, WarehouseError, SettingsError, ManifestError, MatchError) as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    except dg.Failure:
        raise
    except (KeyboardInterrupt, DagsterExecutionInterruptedError):
        # Dagster would take an interrupt for a failure like others, and try again.
        raise dg.Failure(
            "interrupted; the next run goes on from here", allow_retries=False
        ) from None
    except Exception as error:  # noqa: BLE001 - raised again, without secrets
        # Nobody said that it may pass: a mistake of ours would only be made four times.
        told = redacted(f"{type(error).__name__}: {error}")
        raise dg.Failure(told, allow_retries=False) from safe_copy(error)
