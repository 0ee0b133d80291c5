"""The sources that are listed: one adapter module each."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from revops_pipeline_tests.sources.conformance.vendor import Vendor

SUFFIX = "_adapter"
NAMES = sorted(
    path.stem.removesuffix(SUFFIX) for path in Path(__file__).parent.glob(f"*{SUFFIX}.py")
)


def vendor(name: str) -> Vendor:
    adapter: type[Vendor] = import_module(f"{__package__}.{name}{SUFFIX}").Adapter
    return adapter()
