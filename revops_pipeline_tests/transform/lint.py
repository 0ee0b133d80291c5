"""What compiled SQL may not do, because DuckDB and Snowflake answer differently.

- Read the clock: as-of time is an argument of a model.
- Divide without explicit DECIMAL casts and rounding: a third has six digits on Snowflake and
  sixteen on DuckDB. An average is a division, too.
- Keep a time zone, or leave it to the account what a TIMESTAMP is.
- Cast without saying so: text that is compared with a number, a date or a boolean, or added to
  one. Decided wherever sqlglot can tell the types on both sides; what it cannot tell passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

Schema = Mapping[str, Any]
Type = exp.DataType.Type

CLOCKS = (exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime)
CLOCK_NAMES = {"now", "today", "get_current_timestamp", "sysdate", "getdate", "systimestamp"}
ZONED = {Type.TIMESTAMPTZ, Type.TIMESTAMPLTZ}
ZONED_NAMES = {f"{t}to_timestamp_{z}" for t in ("", "try_") for z in ("tz", "ltz")}
ROUNDED = (exp.Round, exp.Trunc)
FAMILIES = {
    "text": exp.DataType.TEXT_TYPES,
    "number": exp.DataType.NUMERIC_TYPES,
    "time": exp.DataType.TEMPORAL_TYPES,
    "boolean": {Type.BOOLEAN},
}
TEXT_ONLY = (exp.Lower, exp.Upper, exp.Trim, exp.Like, exp.ILike, exp.RegexpLike, exp.Length)
NUMBER_ONLY = (exp.Sum, exp.Avg, exp.Neg, exp.Abs, exp.Round)
BOOLEAN_ONLY = (exp.And, exp.Or, exp.Not)


def tables(manifest: Mapping[str, Any], document: str) -> Schema:
    """The columns that dbt's tables say they have, by the manifest, and those of every raw table,
    whose documents are kept as `document`."""
    raw = {"id": "varchar", "document": document, "deleted_at": "timestamp"}
    raw |= {"source_updated_at": "timestamp", "loaded_at": "timestamp"}
    found: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
    for node in [*manifest["nodes"].values(), *manifest["sources"].values()]:
        database = found.setdefault((node["database"] or "").lower(), {})
        if node["schema"] == "raw":
            columns = raw
        else:
            columns = {c["name"].lower(): c["data_type"] for c in node["columns"].values()}
        if columns:
            database.setdefault(node["schema"], {})[node["name"]] = columns
    return found


def problems(statement: Any, dialect: str, schema: Schema | None = None) -> list[str]:
    """What the statement does that it may not. `schema` is database → schema → table → column →
    type; with it, casts that nobody wrote are found."""
    found = [
        *reads_the_clock(statement),
        *divides_unsafely(statement),
        *keeps_a_time_zone(statement, dialect),
    ]
    if schema is not None:
        found += casts_silently(statement, dialect, schema)
    return found


def reads_the_clock(statement: Any) -> Iterator[str]:
    for node in statement.find_all(*CLOCKS):
        yield f"reads the clock: {node.sql()}"
    for call in statement.find_all(exp.Anonymous):
        if call.name.lower() in CLOCK_NAMES:
            yield f"reads the clock: {call.sql()}"


def divides_unsafely(statement: Any) -> Iterator[str]:
    for division in statement.find_all(exp.Div):
        if not (is_decimal(division.this) and is_decimal(division.expression)):
            yield f"divides without decimal casts: {division.sql()}"
        elif not is_rounded(division):
            yield f"divides without rounding: {division.sql()}"
    for average in statement.find_all(exp.Avg):
        if not (is_decimal(average.this) and is_rounded(average)):
            yield f"averages without a decimal cast and rounding: {average.sql()}"


def is_decimal(node: Any) -> bool:
    """A cast to DECIMAL, or one that a zero makes NULL."""
    node = node.unnest()
    if isinstance(node, exp.Nullif):
        node = node.this.unnest()
    return isinstance(node, exp.Cast) and node.to.this == Type.DECIMAL


def is_rounded(node: Any) -> bool:
    around = node.parent
    while isinstance(around, (exp.Paren, exp.Window, exp.Filter)):
        around = around.parent
    return isinstance(around, ROUNDED) or (around is not None and is_decimal(around))


def keeps_a_time_zone(statement: Any, dialect: str) -> Iterator[str]:
    for cast in statement.find_all(exp.Cast):
        if cast.to.this in ZONED and not is_converted_to_utc(cast):
            yield f"keeps a time zone: {cast.sql(dialect)}"
        if dialect == "snowflake" and cast.to.this == Type.TIMESTAMP:
            yield f"leaves the kind of TIMESTAMP to the account: {cast.sql(dialect)}"
    for call in statement.find_all(exp.Anonymous):
        if call.name.lower() in ZONED_NAMES and not is_converted_to_utc(call):
            yield f"keeps a time zone: {call.sql(dialect)}"


def is_converted_to_utc(value: Any) -> bool:
    """`timezone('UTC', …)` of DuckDB, or `cast(convert_timezone('UTC', …) as timestamp_ntz)`."""
    around = value.parent
    if isinstance(around, exp.Anonymous) and around.name.lower() == "timezone":
        return str(around.expressions[0].name) == "UTC"
    if not isinstance(around, exp.ConvertTimezone) or around.args["target_tz"].name != "UTC":
        return False
    outer = around.parent
    return isinstance(outer, exp.Cast) and outer.to.this == Type.TIMESTAMPNTZ


def casts_silently(statement: Any, dialect: str, schema: Schema) -> Iterator[str]:
    try:
        typed = qualify(
            statement.copy(), schema=schema, dialect=dialect, validate_qualify_columns=False
        )
    except OptimizeError as error:
        yield f"cannot be understood: {error}"
        return
    typed = annotate_types(typed, schema=schema, dialect=dialect)
    for node in typed.walk():
        families = {family for operand in operands(node) if (family := family_of(operand))}
        if len(families) > 1 or (families and families != required(node, families)):
            yield f"mixes {' and '.join(sorted(families))}: {node.sql(dialect)[:160]}"


def family_of(node: Any) -> str | None:
    if node.type is None or node.is_type(Type.UNKNOWN, Type.NULL):
        return None
    return next((name for name, types in FAMILIES.items() if node.type.this in types), None)


def required(node: Any, families: set[str]) -> set[str]:
    """The only family that a function takes; any one for what compares or chooses."""
    for kinds, family in ((TEXT_ONLY, "text"), (NUMBER_ONLY, "number"), (BOOLEAN_ONLY, "boolean")):
        if isinstance(node, kinds):
            return {family}
    return families


def operands(node: Any) -> list[Any]:
    """What has to be of one family in this node."""
    if isinstance(node, exp.Coalesce):
        return [node.this, *node.expressions]
    if isinstance(node, exp.In):
        return [node.this, *node.expressions]
    if isinstance(node, exp.Between):
        return [node.this, node.args["low"], node.args["high"]]
    if isinstance(node, exp.Case):
        chosen = [branch.args["true"] for branch in node.args["ifs"]]
        return [*chosen, *filter(None, [node.args.get("default")])]
    if isinstance(node, (exp.Predicate, exp.Connector, exp.Add, exp.Sub, exp.Mul, exp.Div)):
        return [node.this, node.expression] if isinstance(node, exp.Binary) else []
    if isinstance(node, (exp.Mod, exp.DPipe)):
        return [node.this, node.expression]
    if isinstance(node, (*TEXT_ONLY, *NUMBER_ONLY, exp.Not)):
        return [node.this]
    return []
