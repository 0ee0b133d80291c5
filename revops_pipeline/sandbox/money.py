"""The currencies of a portal, and what HubSpot makes of an amount in one of them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

COMPANY_CURRENCY = "USD"
# What one unit is worth in the portal's own currency.
EXCHANGE_RATES = {COMPANY_CURRENCY: Decimal(1), "EUR": Decimal("1.08")}


def in_company_currency(amount: str | None, code: str) -> str | None:
    """`amount_in_home_currency`; None without an amount, or for a currency that the portal lacks."""
    if not amount or code not in EXCHANGE_RATES:
        return None
    try:
        value = Decimal(amount) * EXCHANGE_RATES[code]
    except InvalidOperation:
        return None
    return amount if code == COMPANY_CURRENCY else f"{value:.2f}"
