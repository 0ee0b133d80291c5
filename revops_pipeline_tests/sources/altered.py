"""Answers of a sandbox, changed on their way: what no fault of the sandbox's does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from revops_pipeline.sources.http import HttpSession

Change = Callable[[Any, Any], Any]


def alter(
    monkeypatch: pytest.MonkeyPatch, path: str, change: Change, times: float = float("inf")
) -> list[str]:
    """Has `change` make another answer of those to a matching path, given what was asked and the
    answer, so often as it makes any (None: it leaves this one); the paths whose answers were changed."""
    once, done = HttpSession._once, list[str]()

    def altered(session: HttpSession, method: str, asked: str, body: bytes | None) -> Any:
        answer = once(session, method, asked, body)
        if not re.search(path, f"{method} {asked}") or len(done) >= times:
            return answer
        changed = change(orjson.loads(body) if body else asked, answer)
        if changed is None:
            return answer
        done.append(asked)
        return changed

    monkeypatch.setattr(HttpSession, "_once", altered)
    return done
