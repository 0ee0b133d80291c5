"""What a variable may hold: the types of `Settings`, which say what is wrong and never show it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from revops_pipeline.redaction import protect_address


def _web_address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must start with https:// (or http:// for a local server)")
    try:
        parts = urlsplit(value)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("is no web address, such as https://api.example.com")
    # It would be shown in messages and kept with the rows as where they are from.
    if "@" in value or parts.query or parts.fragment:
        raise ValueError("must hold no user, password or token; they have their own variables")
    return value.rstrip("/")


def _domain(value: str) -> str:
    if "://" in value:
        return _web_address(value.strip())
    if not re.fullmatch(r"[A-Za-z0-9.-]+/?", value.strip()):
        raise ValueError("is no domain, such as login, test or acme.my (without a user)")
    return value


def _token(value: SecretStr) -> SecretStr | None:
    token = value.get_secret_value().strip()
    if not token:
        return None
    if not (token.isascii() and token.isprintable()) or " " in token:
        # An HTTP library would refuse it later, in a message that shows it.
        raise ValueError("holds characters that no token has; copy it once more")
    return SecretStr(token)


def _database(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    protect_address(url)
    import sqlalchemy  # slow to import: only those pay who have such a database

    try:
        parsed = sqlalchemy.engine.make_url(url)
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise ValueError(
            "is no SQLAlchemy URL, such as sqlite:////absolute/path.sqlite or "
            "postgresql+psycopg://user:password@host/database"
        ) from None
    # Up to the first @ is the user with the password; what is left of a longer one would be taken
    # for the host, and shown as such.
    if parsed.username is not None and "@" in f"{parsed.host or ''}/{parsed.database or ''}":
        raise ValueError("has more than one @: write one in the password as %40, a / as %2F")
    return value


def _instant(value: str) -> str:
    """ISO 8601, brought to UTC with `Z`; without a zone it is UTC already."""
    try:
        time = datetime.fromisoformat(value.strip())
        time = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            "is no time in ISO 8601, such as 2026-11-01 (midnight UTC) or 2026-11-01T09:30:00Z"
        ) from None
    return time.isoformat().replace("+00:00", "Z")


WebAddress = Annotated[str, AfterValidator(_web_address)]
Domain = Annotated[str, AfterValidator(_domain)]
Instant = Annotated[str, AfterValidator(_instant)]
# Blanks around a token are not of it, and blanks alone are none.
Token = Annotated[SecretStr, AfterValidator(_token)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
