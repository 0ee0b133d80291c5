"""A set of ids that fits into memory however many they are.

Ten million texts of 27 letters take more than a gigabyte in a set of Python's, their keys of 64 bits
80 MB. Two different ids have one key once in a hundred thousand sets of that size; then a read counts
one record less than the vendor says, and is not taken for complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import md5

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
# So many are kept as they are, and compared exactly.
FEW = 100_000
_RUN = 1_000_000


class IdSet:
    """Ids, or their keys once they are more than a few: the last eight bytes of their MD5."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._runs: list[Keys] = []  # each sorted, without any key twice; empty: they are few

    def __len__(self) -> int:
        return sum(map(len, self._runs)) or len(self._texts)

    @property
    def is_few(self) -> bool:
        return not self._runs

    def texts(self) -> list[str]:
        """The ids in order, while they are few."""
        return sorted(self._texts)

    def runs(self) -> Sequence[Keys]:
        """The keys, in portions, once they are many."""
        return self._runs

    def update(self, ids: Iterable[str]) -> None:
        self.add(list(ids))

    def add(self, ids: Sequence[str]) -> list[bool]:
        """Of each, whether it was there already."""
        if self._runs:
            return self._add_keys(_keys(ids))
        there = []
        for text in ids:
            there.append(text in self._texts)
            self._texts.add(text)
        if len(self._texts) > FEW:
            self._runs = [np.unique(_keys(self._texts))]
            self._texts = set()
        return there

    def holds(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """Of each key, whether it is that of an id which is there, once they are many."""
        found = np.zeros(len(keys), np.bool_)
        for run in self._runs:
            places = np.searchsorted(run, keys)
            places[places == len(run)] = 0
            found |= run[places] == keys
        return found

    def _add_keys(self, keys: Keys) -> list[bool]:
        there = self.holds(keys)
        again = np.ones(len(keys), np.bool_)
        again[np.unique(keys, return_index=True)[1]] = False
        there |= again
        if not there.all():
            self._runs.append(np.sort(keys[~there]))
        # Few long runs are quickly searched, and short ones quickly made into longer ones.
        while len(self._runs) > 1 and len(self._runs[-2]) <= min(2 * len(self._runs[-1]), _RUN):
            last = self._runs.pop()
            self._runs[-1] = np.sort(np.concatenate([self._runs[-1], last]))
        found: list[bool] = there.tolist()
        return found


def _keys(ids: Iterable[str]) -> Keys:
    digests = b"".join(
        [md5(i.encode("utf-8", "replace"), usedforsecurity=False).digest() for i in ids]
    )
    return np.frombuffer(digests, "<u8")[1::2].astype(np.uint64)
