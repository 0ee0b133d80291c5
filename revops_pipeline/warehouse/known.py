"""What a plan may ask of the warehouse."""

from __future__ import annotations

from collections.abc import Sequence

from revops_pipeline.sources.stream import Known
from revops_pipeline.warehouse.base import Session


class WarehouseKnown(Known):
    """The ids that a source's raw tables hold, read while its windows are planned."""

    def __init__(self, session: Session, source: str) -> None:
        self._session, self._source = session, source

    def live_ids(self, stream: str) -> list[str]:
        return self._ids(stream, "is null")

    def live_versions(self, stream: str, fields: Sequence[str]) -> dict[str, str]:
        texts = [f"coalesce({self._session.text_at((field,))}, '')" for field in fields]
        table, version = f"raw.{self._source}_{stream}", " || ' ' || ".join(texts)
        found = self._session.query(f"select id, {version} from {table} where deleted_at is null")
        return dict(found)

    def lacking(self, stream: str, fields: Sequence[str]) -> list[str]:
        absent = " or ".join(f"{self._session.text_at((name,))} is null" for name in fields)
        return self._ids(stream, f"is null and ({absent or 'false'})")

    def deleted_ids(self, stream: str) -> list[str]:
        return self._ids(stream, "is not null")

    def count(self, stream: str) -> int:
        table = f"raw.{self._source}_{stream}"
        [(count,)] = self._session.query(f"select count(*) from {table} where deleted_at is null")
        return int(count)

    def orphans(self, stream: str, parent: str) -> list[str]:
        children, parents = (f"raw.{self._source}_{name}" for name in (stream, parent))
        found = self._session.query(
            f"select distinct split_part(id, ':', 1) from {children} where deleted_at is null "
            f"and split_part(id, ':', 1) not in (select id from {parents} where deleted_at is null)"
        )
        return sorted(i for (i,) in found)

    def childless(self, stream: str, parent: str, path: Sequence[str]) -> list[str]:
        children, parents = (f"raw.{self._source}_{name}" for name in (stream, parent))
        found = self._session.query(
            f"select id from {parents} where deleted_at is null "
            f"and id not in (select split_part(id, ':', 1) from {children}) "
            f"and {self._session.text_at(path)} is not null"
        )
        return sorted(i for (i,) in found)

    def _ids(self, stream: str, condition: str) -> list[str]:
        table = f"raw.{self._source}_{stream}"
        return [
            i
            for (i,) in self._session.query(f"select id from {table} where deleted_at {condition}")
        ]
