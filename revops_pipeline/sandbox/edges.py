"""Associations between records, kept from both sides."""

from collections.abc import Iterator, KeysView

from revops_pipeline.sandbox.schema import ASSOCIATION_TYPE_IDS, PLAIN, Edge

_NONE: dict[int, Edge] = {}


class Edges:
    """For each ordered pair of types: from-id → to-id → `Edge`. The two directions of a pair
    always agree; `primary` belongs to the side that has at most one (a deal's or a contact's
    primary company) and is shown from both."""

    def __init__(self) -> None:
        self._maps: dict[tuple[str, str], dict[int, dict[int, Edge]]] = {
            pair: {} for pair in ASSOCIATION_TYPE_IDS
        }
        self._from: dict[str, list[tuple[str, dict[int, dict[int, Edge]]]]] = {}
        for (from_type, to_type), ends in self._maps.items():
            self._from.setdefault(from_type, []).append((to_type, ends))
        self.labels: dict[tuple[str, str, str], int] = {}
        """(from, to, label) → the type id minted for that custom label."""

    def of(self, from_type: str, to_type: str, id_: int) -> dict[int, Edge]:
        return self._maps[from_type, to_type].get(id_, _NONE)

    def put(self, from_type: str, from_id: int, to_type: str, to_id: int, edge: Edge) -> int | None:
        """Set an association. Making one primary makes the former primary an ordinary one, and
        that one's company is returned."""
        former = None
        if edge[0]:
            if from_type == "companies":
                former = self._demote(to_type, to_id, from_type)
            else:
                former = self._demote(from_type, from_id, to_type)
        for label in edge[1]:
            self._mint(from_type, to_type, label)
        self._maps[from_type, to_type].setdefault(from_id, {})[to_id] = edge
        self._maps[to_type, from_type].setdefault(to_id, {})[from_id] = edge
        return former

    def remove(self, from_type: str, from_id: int, to_type: str, to_id: int) -> bool:
        self._maps[to_type, from_type].get(to_id, {}).pop(from_id, None)
        return self._maps[from_type, to_type].get(from_id, {}).pop(to_id, None) is not None

    def primary(self, from_type: str, from_id: int, to_type: str) -> int | None:
        return next((to for to, e in self.of(from_type, to_type, from_id).items() if e[0]), None)

    def neighbours(self, type_: str, id_: int) -> list[tuple[str, int, Edge]]:
        """Everything a record is associated with."""
        return [
            (to_type, to_id, edge)
            for to_type, ends in self._from[type_]
            for to_id, edge in ends.get(id_, _NONE).items()
        ]

    def pairs(self) -> KeysView[tuple[str, str]]:
        """Every (from, to) that can be associated, in both directions."""
        return self._maps.keys()

    def all(self, from_type: str, to_type: str) -> Iterator[tuple[int, int, Edge]]:
        for from_id, ends in self._maps[from_type, to_type].items():
            for to_id, edge in ends.items():
                yield from_id, to_id, edge

    def types(self, from_type: str, to_type: str, edge: Edge) -> list[dict[str, object]]:
        """An edge's association types as the v4 API lists them."""
        primary, plain = ASSOCIATION_TYPE_IDS[from_type, to_type]
        types: list[dict[str, object]] = []
        if edge[0] and primary is not None:
            types.append({"category": "HUBSPOT_DEFINED", "typeId": primary, "label": "Primary"})
        types.append({"category": "HUBSPOT_DEFINED", "typeId": plain, "label": None})
        for label in edge[1]:
            type_id = self.labels[from_type, to_type, label]
            types.append({"category": "USER_DEFINED", "typeId": type_id, "label": label})
        return types

    def _demote(self, from_type: str, from_id: int, to_type: str) -> int | None:
        former = self.primary(from_type, from_id, to_type)
        if former is not None:
            labels = self._maps[from_type, to_type][from_id][former][1]
            edge = (False, labels) if labels else PLAIN
            self._maps[from_type, to_type][from_id][former] = edge
            self._maps[to_type, from_type][former][from_id] = edge
        return former

    def _mint(self, from_type: str, to_type: str, label: str) -> None:
        for key in ((from_type, to_type, label), (to_type, from_type, label)):
            self.labels.setdefault(key, len(self.labels) + 1)
