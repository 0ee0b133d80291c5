"""Snowflake's errors in our words: what is wrong, and the variable or the grant that puts it right.

Told apart by number, and by text where a number covers several causes or may differ from what is
expected here: not all of them were seen on a real account. What is not recognised is passed on in
Snowflake's own words.
"""

from __future__ import annotations

import re

from snowflake.connector import errors

from revops_pipeline.warehouse.base import WarehouseBusy, WarehouseError
from revops_pipeline.warehouse.snowflake_options import SnowflakeOptions

# The session or its token is gone, or the connection closed: the same work on a new one may pass.
_DROPPED = {250002, 390104, 390111, 390112, 390113, 390114, 390115, 390195}
_LOGINS = {390100, 390101, 390102, 390144, 390189, 390190, 390201, 390422}
LOCKED = 625  # "… has locked table … and this lock has not yet been released"
MISSING_OBJECT = 2003
_MISSING = {MISSING_OBJECT, 2043}
NO_PRIVILEGE = 3001
_TOO_LONG = {100078, 100082, 100145}

GUIDE = "docs/snowflake.md has the script that grants all that is needed"


def number(error: BaseException) -> int | None:
    """Snowflake's own number. A refused login hides it in the text of the connector's."""
    if not isinstance(error, errors.Error):
        return None
    if error.errno == 250001 and (found := re.search(r"\b(39\d{4})\b", str(error.msg))):
        return int(found[1])
    return error.errno


def is_dropped(error: BaseException) -> bool:
    """Whether the session was lost, rather than the statement refused."""
    return number(error) in _DROPPED


def is_unreachable(error: BaseException) -> bool:
    """Whether the connector gave up asking, after tries of its own with the same request."""
    found = number(error)
    return isinstance(error, (errors.InterfaceError, errors.OperationalError)) and not (
        found in _DROPPED or found in _LOGINS or _login_text(error)
    )


def explain(error: BaseException, options: SnowflakeOptions) -> WarehouseError:
    """The error to raise instead."""
    if isinstance(error, WarehouseError):
        return error
    text, found = _text(error), number(error)
    place = options.describe()
    if found == LOCKED:
        return WarehouseBusy(f"{place}: another transaction holds what is to be written: {text}")
    if remedy := _login_remedy(found, text, options):
        return WarehouseError(f"{place}: the login was refused: {text}. {remedy}")
    if is_dropped(error) or is_unreachable(error):
        return WarehouseBusy(
            f"{place} cannot be reached at {options.address}, or the connection was cut: {text}. "
            "Check the network and SNOWFLAKE_ACCOUNT (the form is organisation-account, without "
            "the address behind it); the next run goes on from what was stored"
        )
    if remedy := _remedy(found, text, options):
        return WarehouseError(f"{place}: {text}. {remedy}; {GUIDE}")
    return WarehouseError(f"{place}: {text}")


def _login_text(error: BaseException) -> bool:
    """Some refused logins come without their number."""
    return bool(re.search(r"connect string does not exist|Incorrect username", str(error)))


def _login_remedy(found: int | None, text: str, options: SnowflakeOptions) -> str | None:
    user, role = options.user, options.role
    if found == 390189 or "specified in the connect string does not exist" in text:
        return (
            f"Role {role} does not exist or was not granted to {user}: set SNOWFLAKE_ROLE, or run "
            f"`grant role {role} to user {user}`; {GUIDE}"
        )
    if found == 390100 or "Incorrect username or password" in text:
        return "Set SNOWFLAKE_USER and SNOWFLAKE_PASSWORD to what Snowflake accepts"
    if found == 390144 or "JWT token is invalid" in text:
        return (
            f"Set SNOWFLAKE_PRIVATE_KEY_PATH to the key whose public half {user} has: "
            f"`alter user {user} set rsa_public_key = '…'`"
        )
    if found in {390101, 390102, 390190}:
        return f"The user {user} is disabled or locked: an administrator can change that"
    if found == 390422:
        return "This address is not let in by the account's network policy"
    return None


def _remedy(found: int | None, text: str, options: SnowflakeOptions) -> str | None:
    to, warehouse, database = options.grantee, options.warehouse, options.database
    if found == 606 or "No active warehouse" in text:
        return (
            f"The warehouse {warehouse} does not exist or may not be used: set "
            f"SNOWFLAKE_WAREHOUSE, or run `grant usage on warehouse {warehouse} to {to}`"
        )
    if found == 608 or "is suspended" in text:
        return (
            f"Run `alter warehouse {warehouse} resume`, or let it wake by itself: `alter warehouse "
            f"{warehouse} set auto_resume = true`"
        )
    if "exceeded its quota" in text:
        return "Raise the resource monitor's quota, or wait until it starts anew"
    if found in {90105, 90106, 390201} or "does not have a current database" in text:
        return (
            f"The database {database} does not exist or may not be used: set SNOWFLAKE_DATABASE, "
            f"or run `grant usage on database {database} to {to}`"
        )
    if found == NO_PRIVILEGE or "Insufficient privileges" in text:
        return f"Something is not granted to {to}: {_grant(text, options)}"
    if found in _MISSING:
        return f"It is missing, or {to} may not see it: {_grant(text, options)}"
    if found in _TOO_LONG:
        return "A value is longer than Snowflake stores"
    return None


def _grant(text: str, options: SnowflakeOptions) -> str:
    to, database = options.grantee, options.database
    kind = re.search(
        r"(?:operate on|Object|Schema|Database|Stage|Table)\s+(schema|database|stage|table|warehouse)?\s*"
        r"'([^']+)'",
        text,
        re.IGNORECASE,
    )
    word, name = ((kind[1] or "").lower(), kind[2]) if kind else ("", "")
    if word == "database" or name.upper() == database.upper():
        return f"`grant usage, create schema on database {database} to {to}`"
    if word == "schema":
        return (
            f"`grant usage, create table, create view, create stage on schema "
            f"{database}.{name.split('.')[-1]} to {to}`"
        )
    if word == "warehouse":
        return f"`grant usage on warehouse {name} to {to}`"
    what = f"{word or 'table'} {name}" if name else "what the message names"
    return f"`grant ownership on {what} to {to}` (or let that role create it)"


def _text(error: BaseException) -> str:
    """The message in one line, without the connector's own numbers and the query's id."""
    text = str(error.msg if isinstance(error, errors.Error) and error.msg else error)
    text = re.sub(r"^\d+ \(\w+\): ", "", " ".join(text.split()))
    text = re.sub(r"^[0-9a-f-]{30,}: ", "", text)
    return text.rstrip(" .")
