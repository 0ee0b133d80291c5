"""`revops match`: two lists in CSV files, their links in a third.

Only this module of the package reads or writes files.
"""

from __future__ import annotations

import csv
import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from revops_pipeline.csv_cells import cell
from revops_pipeline.matching.decide import match_one_sided
from revops_pipeline.matching.explain import explain as explain_pair
from revops_pipeline.matching.party import MatchError, MatchResult, Party
from revops_pipeline.matching.settings import AVAILABLE, MatchSettings
from revops_pipeline.redaction import harmless

LINK_COLUMNS = ("left_id", "right_id", "score", "method")
REVIEW_COLUMNS = ("left_id", "right_id", "score", "runner_up_id", "runner_up_score", "reason")


class ListsByDefault(TyperGroup):
    """`revops match LEFT RIGHT` is `revops match lists LEFT RIGHT`; the other words after `match`
    are commands of their own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named or not args else ["lists", *args])


def match_command(
    left: Annotated[Path | None, typer.Argument(help="CSV: id,name[,domain]")] = None,
    right: Annotated[Path | None, typer.Argument(help="CSV: id,name[,domain]")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the decided links go.")] = None,
    strategy: Annotated[
        list[str] | None,
        typer.Option(help=f"Repeatable, the most trusted first. Default: {', '.join(AVAILABLE)}."),
    ] = None,
    threshold: Annotated[float, typer.Option(help="0 to 1, higher is stricter.")] = 0.85,
    review: Annotated[
        Path | None, typer.Option(help="Where ties and contradictions go, for a person.")
    ] = None,
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="NAME NAME",
            help="Print how these two names are scored, instead of matching. Words are weighed by "
            "LEFT and RIGHT when those are given.",
        ),
    ] = None,
) -> None:
    """Link each record of LEFT to at most one of RIGHT; what is unsure is not linked."""
    try:
        if explain is not None:
            typer.echo(harmless(_explained(explain, (left, right), threshold)))
            return
        if left is None or right is None or out is None:
            raise MatchError("give LEFT.csv, RIGHT.csv and --out LINKS.csv, or --explain NAME NAME")
        result = _match(left, right, strategy, threshold, (out, review))
        links = [(link.left_id, link.right_id, link.score, link.method) for link in result.links]
        _write(out, LINK_COLUMNS, links)
        if review is not None:
            questions = [
                (r.left_id, r.right_id, r.score, r.runner_up_id, r.runner_up_score, r.reason)
                for r in result.reviews
            ]
            _write(review, REVIEW_COLUMNS, questions)
    except MatchError as error:
        typer.echo(f"error: {harmless(str(error))}", err=True)
        raise typer.Exit(2) from None
    where = (
        f" ({review})" if review else " (name them with --review FILE)" if result.reviews else ""
    )
    typer.echo(f"{len(result.links)} links ({out}), {len(result.reviews)} to review{where}")


def _match(
    left: Path,
    right: Path,
    strategies: list[str] | None,
    threshold: float,
    outputs: Iterable[Path | None],
) -> MatchResult:
    for output in filter(None, outputs):
        if output.resolve() in (left.resolve(), right.resolve()):
            raise MatchError(f"{output} is an input; give the output another name")
    settings = _settings(strategies, threshold)
    # Nothing is thrown away before the command ends; looking for it takes a tenth of the time.
    with _no_collection():
        return match_one_sided(_read(left, "left"), _read(right, "right"), settings=settings)


def _explained(names: tuple[str, str], files: Iterable[Path | None], threshold: float) -> str:
    others = [party.name for path in filter(None, files) for party in _read(path, "list")]
    return explain_pair(*names, _settings(None, threshold), others)


def _settings(strategies: list[str] | None, threshold: float) -> MatchSettings:
    try:
        return MatchSettings(strategies=tuple(strategies or AVAILABLE), threshold=threshold)
    except ValidationError as error:
        wrong = error.errors()[0]
        message = wrong["msg"].removeprefix("Value error, ")
        option = {"strategies": "strategy"}.get(str(wrong["loc"][0]), wrong["loc"][0])
        raise MatchError(f"--{option}: {message} (given: {wrong['input']})") from None


@contextmanager
def _no_collection() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(path: Path, system: str) -> list[Party]:
    """UTF-8 with or without a byte order mark. Raises MatchError naming file and line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _parties(csv.reader(file, strict=True), path, system)
    except OSError as error:
        raise MatchError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise MatchError(
            f"{path} is not UTF-8; save it as UTF-8, or convert it: "
            f"iconv -f {_encoding(path)} -t UTF-8 {path} > utf8.csv"
        ) from None
    except csv.Error as error:
        raise MatchError(f"{path} is not CSV as it should be: {error}") from None


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        return "UTF-16" if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else "WINDOWS-1252"


def _parties(rows: Iterable[list[str]], path: Path, system: str) -> list[Party]:
    lines = enumerate(rows, start=1)
    header = [column.strip().lower() for column in next(lines, (1, []))[1]]
    for column in ("id", "name"):
        if column not in header:
            found = ", ".join(map(repr, header)) or "nothing"
            raise MatchError(
                f"{path} has no column {column!r} (found {found}, separated by commas)"
            )
    parties: dict[str, Party] = {}
    for number, row in lines:
        if not any(row):
            continue
        if len(row) > len(header):
            raise MatchError(
                f"{path} row {number} has {len(row)} values for {len(header)} columns; "
                "a value with a comma needs double quotes"
            )
        record = dict(zip(header, row, strict=False))
        record_id, domain = record["id"], record.get("domain", "")
        if not record_id.strip():
            raise MatchError(f"{path} row {number} has no id")
        if record_id in parties:
            raise MatchError(f"{path} row {number} has the id {record_id!r} again; ids are unique")
        domains = (domain,) if domain else ()
        parties[record_id] = Party(system, record_id, record.get("name"), domains)
    return list(parties.values())


def _write(path: Path, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(map(cell, row) for row in rows)
    except OSError as error:
        raise MatchError(f"{path} cannot be written: {error.strerror}") from None
