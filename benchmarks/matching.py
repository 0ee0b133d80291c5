"""Linking names: `revops match` against a TF-IDF baseline, each in a process of its own.

    python -m benchmarks.matching [--left 20000 --right 100000 --rounds 3]

Both read the same two CSV files and write a CSV of links. The baseline is what most people write
first: lower case, character 3-grams weighed by TF-IDF, the best cosine above 0.85 by the same
sparse product library on the same number of threads. It neither normalises nor decides.

Names are made up, the same on every run: words of syllables whose frequency falls off as it does
in registers, everyday words, legal forms. Seven left names in ten are a right one, written
differently (legal form, case, "&", abbreviation, a slip, a word left out); the rest are nobody's.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import median

FORMS = ("Inc.", "Ltd", "LLC", "Corp.", "GmbH", "PLC", "S.A.", "Holdings Inc", "Co., Ltd.", "")
EVERYDAY = (
    *("Technologies", "Systems", "Solutions", "Services", "International", "Partners", "Foods"),
    *("Manufacturing", "Logistics", "Energy", "Media", "Pharmaceuticals", "Bank", "Electric"),
)
SHORT = {"Manufacturing": "Mfg", "International": "Intl", "Services": "Svcs", "Systems": "Sys"}
THRESHOLD = 0.85


def names(left: int, right: int) -> tuple[list[str], list[str]]:
    pick = random.Random(7)
    syllables = [
        c + v + e for c in "bcdfghklmnprstvz" for v in "aeiou" for e in ("", "n", "r", "x")
    ]
    words = sorted(
        {"".join(pick.choices(syllables, k=pick.choice((2, 3, 3)))) for _ in range(60_000)}
    )
    pick.shuffle(words)
    total = len(words)

    def one() -> list[str]:
        # Squared: a few words are in hundreds of names, most are in one or two.
        own = [
            words[int(total * pick.random() ** 2)].title() for _ in range(pick.choice((1, 2, 2)))
        ]
        return own + pick.choices(EVERYDAY, k=pick.choice((0, 1, 1, 2)))

    registered = [one() for _ in range(right)]
    asked = [
        _rewritten(pick, list(pick.choice(registered))) if pick.random() < 0.7 else one()
        for _ in range(left)
    ]
    return tuple(
        [" ".join([*n, pick.choice(FORMS)]).strip() for n in side] for side in (asked, registered)
    )  # type: ignore[return-value]


def _rewritten(pick: random.Random, words: list[str]) -> list[str]:
    kind = pick.randrange(5)
    if kind == 0:
        words = [SHORT.get(word, word) for word in words]
    elif kind == 1:
        words = [word.upper() for word in words]
    elif kind == 2 and len(words[0]) > 5:
        words[0] = words[0][:3] + words[0][4:]
    elif kind == 3 and len(words) > 2:
        words.pop()
    return words


def baseline(left: Path, right: Path, out: Path) -> None:
    import numpy as np
    from scipy.sparse import csr_matrix, diags
    from sparse_dot_topn import sp_matmul_topn

    tables = []
    for path in (left, right):
        with path.open(encoding="utf-8", newline="") as file:
            tables.append([(row["id"], row["name"].lower()) for row in csv.DictReader(file)])
    known: dict[str, int] = {}
    parts = []
    for table in tables:
        columns: list[int] = []
        counts: list[int] = []
        ends = [0]
        for _, name in table:
            grams = Counter(name[at : at + 3] for at in range(len(name) - 2))
            columns += [known.setdefault(gram, len(known)) for gram in grams]
            counts += grams.values()
            ends.append(len(columns))
        parts.append((np.array(counts, float), np.array(columns, np.int32), np.array(ends)))
    there = np.bincount(parts[1][1], minlength=len(known))
    idf = np.log((1 + len(tables[1])) / (1 + there)) + 1
    matrices = []
    for (counts_, columns_, ends_), table in zip(parts, tables, strict=True):
        matrix = csr_matrix((counts_ * idf[columns_], columns_, ends_), (len(table), len(known)))
        norms = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
        matrices.append(csr_matrix(diags(1 / np.maximum(norms, 1e-12)) @ matrix))
    best = sp_matmul_topn(
        matrices[0], matrices[1].T.tocsr(), 1, threshold=THRESHOLD, sort=True, n_threads=2
    )
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("left_id", "right_id", "score"))
        for row, (start, end) in enumerate(pairwise(best.indptr.tolist())):
            for at in range(start, end):
                writer.writerow((tables[0][row][0], tables[1][best.indices[at]][0], best.data[at]))


def ours(left: Path, right: Path, out: Path) -> None:
    from revops_pipeline.matching.csv_command import match_command

    match_command(left, right, out=out, threshold=THRESHOLD)


WAYS = {"baseline": baseline, "ours": ours}


def measured(way: str, folder: Path) -> tuple[float, float]:
    """Seconds from process start to exit, and peak MiB."""
    command = [sys.executable, "-m", "benchmarks.matching", "--way", way, "--folder", str(folder)]
    started = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - started, float(done.stdout.splitlines()[-1])


def compare(left: int, right: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for side, side_names in zip(("left", "right"), names(left, right), strict=True):
            with (folder / f"{side}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([("id", "name"), *enumerate(side_names)])
        turns = [{way: measured(way, folder) for way in WAYS} for _ in range(rounds)]
    seconds = {way: median(turn[way][0] for turn in turns) for way in WAYS}
    peak = {way: max(turn[way][1] for turn in turns) for way in WAYS}
    ratio = median(turn["ours"][0] / turn["baseline"][0] for turn in turns)
    print(
        f"| {left:,} × {right:,} | {seconds['baseline']:.2f} | {seconds['ours']:.2f} | {ratio:.2f} × "
        f"| {peak['baseline']:.0f} / {peak['ours']:.0f} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--left", type=int, default=20_000)
    parser.add_argument("--right", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        files = [options.folder / f"{name}.csv" for name in ("left", "right", options.way)]
        WAYS[options.way](*files)
        # Kilobytes on Linux, bytes on macOS.
        unit = 2**20 if sys.platform == "darwin" else 2**10
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)
        return
    print("| names | baseline s | ours s | ratio | peak MiB baseline / ours |")
    print("|---|---|---|---|---|")
    compare(options.left // 2, options.right, options.rounds)
    compare(options.left, options.right // 2, options.rounds)
    compare(options.left, options.right, options.rounds)


if __name__ == "__main__":
    main()
