"""YAML in which a key is given once: the second would win over the first in silence."""

from __future__ import annotations

from typing import Any

import yaml


class _Strict(yaml.SafeLoader):
    """Raises YAMLError naming the key and both lines."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        lines: dict[Any, int] = {}
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue  # what is merged in may be said again: that is what merging is for
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if (before := lines.get(_hashable(key))) is not None:
                raise yaml.YAMLError(f"{key!r} is given in line {before} and again in line {line}")
            lines[_hashable(key)] = line
        return super().construct_mapping(node, deep)


def _hashable(key: Any) -> Any:
    """PyYAML itself says what is wrong with another key."""
    return key if isinstance(key, (str, int, float, bool, type(None))) else id(key)


def read(text: str) -> Any:
    """Raises YAMLError."""
    return yaml.load(text, _Strict)  # noqa: S506 - a kind of safe loader
