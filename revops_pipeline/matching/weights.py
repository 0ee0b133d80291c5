"""How much a word says: the rarer in the lists that are matched, the more.

The share of names that carry a word is smoothed as if `_IMAGINED` more names had been read, in which
everyday words are common and all others nearly unheard of. Two lists of three names are thereby
judged like two of thirty thousand, in which the counts take over.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from revops_pipeline.matching import everyday

_IMAGINED = 10_000
_EVERYDAY_COUNT = 40.0
_LIGHT_COUNT = 1_000.0
_OTHER_COUNT = 0.5
# A word that more than one name in a thousand carries names nobody by itself.
_RARE_WEIGHT = -math.log(0.001)


class Weights(dict[str, float]):
    """By word -ln of the share of names that carry it: 10 for one in 20,000, 2.3 for one in ten.

    `names`: the words of each different name of both sides.
    """

    def __init__(self, names: Iterable[Iterable[str]]) -> None:
        super().__init__()
        counts: Counter[str] = Counter()
        total = 0
        for words in names:
            counts.update(set(words))
            total += 1
        self._counts: Mapping[str, int] = counts
        self._total = total + _IMAGINED

    def __missing__(self, word: str) -> float:
        weight = self[word] = -math.log(self.share(word))
        return weight

    def share(self, word: str) -> float:
        if word in everyday.LIGHT:
            imagined = _LIGHT_COUNT
        elif word in everyday.COMMON:
            imagined = _EVERYDAY_COUNT
        else:
            imagined = _OTHER_COUNT
        return (self._counts.get(word, 0) + imagined) / self._total

    def is_rare(self, word: str) -> bool:
        """Numbers and single letters name nobody, however rare they are."""
        rare = self[word] > _RARE_WEIGHT
        return rare and not word.isdecimal() and (len(word) > 1 or not word.isascii())
