"""Which names of the other side are worth comparing: those that share words, weighed.

A sparse product of words, not of letters: a name has three or four of them, and the rare ones,
which are in few names, do the work. What words alone would miss has features of its own: two words
written as one, initials, and words with a slip of the pen.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import add
from typing import TYPE_CHECKING

from revops_pipeline.matching.compare import Words
from revops_pipeline.matching.weights import Weights

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_MOST = 8
# Cosine of two names' words. All that can be linked or asked about lies above it.
_LEAST = 0.5
_SLIP_LENGTH = 5
_INITIALS_LENGTHS = range(3, 8)
_THREADS = 2


def nearest(
    asking: Sequence[Words], asked: Sequence[Words], weights: Weights
) -> Sequence[Sequence[int]]:
    """For each name of `asking` the positions of its best candidates in `asked`, the best first.

    The cost is that of the pairs which share a word: linear in each side.
    """
    # Imported when the first names are compared: most commands never do, and it takes a while.
    from sparse_dot_topn import sp_matmul_topn

    if not asking or not asked:
        return [()] * len(asking)
    spellings = _Spellings(asking, asked)
    known: dict[str, int] = {}
    for words in asking:
        for feature in (*_features(words), *spellings.of(words)):
            known.setdefault(feature, len(known))
    here = _matrix(asking, known, weights, spellings)
    there = _matrix(asked, known, weights, None)
    best = sp_matmul_topn(
        here, there.T.tocsr(), top_n=_MOST, threshold=_LEAST, sort=True, n_threads=_THREADS
    )
    starts, positions = best.indptr.tolist(), best.indices.tolist()
    return [positions[start:end] for start, end in pairwise(starts)]


def _features(words: Words) -> list[str]:
    """Initials are marked by a space, so that only initials and what may be some are equal."""
    features = [*words, *map(add, words, words[1:])]
    if len(words) in _INITIALS_LENGTHS:
        features.append(" " + "".join([word[0] for word in words]))
    elif len(words) == 1 and len(words[0]) in _INITIALS_LENGTHS:
        features.append(" " + words[0])
    return features


def _matrix(
    names: Sequence[Words],
    known: dict[str, int],
    weights: Weights,
    spellings: _Spellings | None,
) -> csr_matrix:
    """One row a name, of unit length as far as its words go; one column a known feature."""
    import numpy as np
    from scipy.sparse import csr_matrix

    columns, ends, lengths = array("i"), array("i", [0]), array("d")
    for words in names:
        features = _features(words)
        if spellings:
            features += spellings.of(words)
        columns.extend({known[feature] for feature in features if feature in known})
        ends.append(len(columns))
        lengths.append(math.hypot(*[weights[word] for word in words]))
    places = np.asarray(columns)
    values = np.array([weights[feature] for feature in known])[places]
    values /= np.repeat(np.asarray(lengths), np.diff(np.asarray(ends)))
    return csr_matrix((values, places, np.asarray(ends)), shape=(len(names), len(known)))


class _Spellings:
    """Words of the asked side one slip away from a word that this side does not have.

    Two words are one slip apart (a letter more, less, changed or exchanged with the next) only if
    they are equal after at most one letter is dropped from each.
    """

    def __init__(self, asking: Iterable[Words], asked: Iterable[Words]) -> None:
        theirs = {word for words in asked for word in words}
        self._unknown = {w for words in asking for w in words if _can_slip(w) and w not in theirs}
        wanted = {shape for word in self._unknown for shape in _shapes(word)}
        self._words: dict[str, list[str]] = defaultdict(list)
        for word in sorted(filter(_can_slip, theirs)) if wanted else ():
            for shape in _shapes(word):
                if shape in wanted:
                    self._words[shape].append(word)

    def of(self, words: Words) -> list[str]:
        unknown = self._unknown.intersection(words)
        return sorted(
            {w for u in unknown for shape in _shapes(u) for w in self._words.get(shape, ())}
        )


def _can_slip(word: str) -> bool:
    return _SLIP_LENGTH <= len(word) <= 40 and word.isalpha()


def _shapes(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
