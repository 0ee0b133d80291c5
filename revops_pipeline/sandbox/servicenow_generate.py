"""Two years of tickets of the portal's companies, and the people and machines behind them.

Every live company is a customer: it has up to two users of the help desk (its first contacts), two
configuration items, and in the mean four incidents, some of which lead to problems and changes.
Tickets close by themselves a week after they were resolved, all at once at two in the morning, so
that many rows share a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from revops_pipeline.sandbox import names
from revops_pipeline.sandbox.generate import LAST_CHANGE
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.servicenow_query import Row
from revops_pipeline.sandbox.servicenow_world import ServiceNowWorld, time_text

HOUR, DAY = 3600, 86_400
_END = LAST_CHANGE // 1000
_START = _END - 730 * DAY
# Hours that a ticket of each priority may take, and hours until somebody should answer.
_TARGET_HOURS = {"1": 4, "2": 8, "3": 24, "4": 72, "5": 120}
_PRIORITIES = "1223333334445"
_CATEGORIES = ("inquiry", "software", "hardware", "network", "database")
_GROUPS = ("Service Desk", "Application Support", "Network", "Database")
_TROUBLES = (
    "Sign-in fails",
    "Export is empty",
    "Page loads slowly",
    "Invoice cannot be opened",
    "Import stops half way",
    "Report shows old numbers",
    "Device is offline",
    "Access for a new colleague",
)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class _Customer:
    account_id: str
    name: str
    company: str
    callers: tuple[str, ...]
    machines: tuple[str, ...]


def account_id(company_id: str | int) -> str:
    """The CRM's id of the account that a company is: 15 characters and three that check them."""
    number, digits = int(company_id), ""
    while number:
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    short = "001" + digits.rjust(12, "0")
    blocks = (short[start : start + 5] for start in (0, 5, 10))
    return short + "".join(
        _ALPHABET[sum(1 << place for place, letter in enumerate(block) if letter.isupper())]
        for block in blocks
    )


def generate(
    portal: Portal,
    seed: int,
    incidents: int | None,
    custom_fields: bool,
    accounts: Mapping[str, str] | None,
) -> ServiceNowWorld:
    random = Random(f"{seed}/tickets")
    world = ServiceNowWorld(
        portal, seed, instance_id=f"{portal.portal_id:032x}", custom_fields=custom_fields
    )
    agents = [_user(world, random, number, None) for number in range(12)]
    customers = list(_customers(world, random, accounts))
    if not customers:
        return world
    for _ in range(4 * len(customers) if incidents is None else incidents):
        # Two factors, so that a few companies have many tickets and most have few.
        customer = customers[int(random.random() * random.random() * len(customers))]
        _incident(world, random, customer, agents)
    return world


def _customers(
    world: ServiceNowWorld, random: Random, accounts: Mapping[str, str] | None
) -> Iterator[_Customer]:
    people: dict[str, list[str]] = {}
    for edge in world.portal.edges("contacts", "companies"):
        people.setdefault(str(edge["to_id"]), []).append(str(edge["from_id"]))
    for place, company in enumerate(world.portal.live("companies")):
        id_ = str(company["id"])
        told: dict[str, str | None] = company["properties"]  # type: ignore[assignment]
        name = told.get("name") or ""
        account = account_id(id_) if accounts is None else accounts.get(id_, "")
        contacts = [world.portal.get("contacts", i).properties for i in people.get(id_, [])[:2]]
        core = f"{random.getrandbits(128):032x}"
        callers = [
            _user(world, random, 1_000 + 2 * place + number, contact, company=core)
            for number, contact in enumerate(contacts)
        ]
        machines = [
            world.add(
                kind,
                at=time_text(_START + random.randrange(90 * DAY)),
                name=f"{kind.removeprefix('cmdb_ci_')}-{id_}",
                company=core,
                category="Hardware" if kind == "cmdb_ci_server" else "Software",
                install_status="1",
                operational_status="1",
                serial_number=f"SN{random.randrange(10**8):08d}",
                owned_by=callers[0] if callers else "",
            )
            for kind in ("cmdb_ci_server", "cmdb_ci_appl")
        ]
        yield _Customer(account, name, core, tuple(callers), tuple(machines))


def _user(
    world: ServiceNowWorld,
    random: Random,
    number: int,
    contact: dict[str, str | None] | None,
    company: str = "",
) -> str:
    told = contact or {
        "firstname": names.FIRST_NAMES[number % 32],
        "lastname": names.LAST_NAMES[number * 7 % 32],
        "email": f"agent{number}@help-desk.example",
        "jobtitle": "Support engineer",
    }
    first, last = told.get("firstname") or "", told.get("lastname") or ""
    return world.add(
        "sys_user",
        at=time_text(_START + random.randrange(180 * DAY)),
        user_name=f"user.{number}",
        first_name=first,
        last_name=last,
        name=f"{first} {last}".strip(),
        email=(told.get("email") or "").strip(),
        title=told.get("jobtitle") or "",
        company=company,
        active="false" if random.random() < 0.05 else "true",
        locked_out="false",
        vip="true" if random.random() < 0.03 else "false",
    )


def _incident(
    world: ServiceNowWorld, random: Random, customer: _Customer, agents: list[str]
) -> None:
    # More of them lately than long ago, so that some are still open.
    opened = _END - HOUR - int((_END - _START - HOUR) * random.random() ** 2)
    priority = random.choice(_PRIORITIES)
    target = _TARGET_HOURS[priority] * HOUR
    responded = opened + int(target * random.betavariate(1.2, 6))
    # Three tickets of four keep their target; the others take up to four times as long.
    resolved = responded + int(
        target * random.betavariate(2, 2) * random.choice((0.8, 0.8, 0.8, 4))
    )
    row = _task(world, random, customer, agents, priority, opened)
    row |= {
        "category": random.choice(_CATEGORIES),
        "severity": "3",
        "contact_type": random.choice(("email", "phone", "self-service")),
        "caller_id": random.choice(customer.callers) if customer.callers else "",
        "sla_due": time_text(opened + target),
        "reopen_count": "1" if random.random() < 0.06 else "0",
        "reassignment_count": str(int(random.expovariate(1.2))),
        "escalation": random.choices("0123", (80, 12, 5, 3))[0],
    }
    closed = (resolved + 7 * DAY) // DAY * DAY + 2 * HOUR + DAY
    if responded <= _END and "u_first_responded_at" in world.columns["incident"]:
        row["u_first_responded_at"] = time_text(responded)
    if resolved > _END:
        row |= {"state": "2", "incident_state": "2", "active": "true"}
        row["sys_updated_on"] = time_text(min(responded, _END))
    else:
        who = row["assigned_to"]
        row |= {"resolved_at": time_text(resolved), "resolved_by": who, "close_code": "Solved"}
        row |= {"state": "6", "incident_state": "6", "sys_updated_on": time_text(resolved)}
        row["made_sla"] = "true" if resolved <= opened + target else "false"
        if random.random() < 0.4 and "u_satisfaction_rating" in world.columns["incident"]:
            row["u_satisfaction_rating"] = random.choices("12345", (4, 6, 15, 35, 40))[0]
    if closed <= _END:
        row |= {"state": "7", "incident_state": "7", "active": "false", "closed_by": "system"}
        row |= {"closed_at": time_text(closed), "sys_updated_on": time_text(closed)}
    led_to = random.random()
    if led_to < 0.1:
        row["problem_id"] = _follow_up(world, random, customer, agents, "problem", opened)
    elif led_to < 0.2:
        row["rfc"] = _follow_up(world, random, customer, agents, "change_request", opened)
    elif led_to < 0.35:
        _follow_up(world, random, customer, agents, "sc_task", opened)
    world.add("incident", **row)


def _follow_up(
    world: ServiceNowWorld,
    random: Random,
    customer: _Customer,
    agents: list[str],
    kind: str,
    opened: int,
) -> str:
    begun = opened + random.randrange(DAY)
    ended = begun + random.randrange(HOUR, 30 * DAY)
    row = _task(world, random, customer, agents, random.choice("234"), begun)
    if ended <= _END:
        row |= {"state": "3", "active": "false", "closed_at": time_text(ended)}
        row["sys_updated_on"] = time_text(ended)
    if kind == "change_request":
        row |= {"type": random.choice(("normal", "standard", "emergency")), "risk": "3"}
        row |= {"start_date": time_text(begun), "end_date": time_text(ended)}
    return world.add(kind, **row)


def _task(
    world: ServiceNowWorld,
    random: Random,
    customer: _Customer,
    agents: list[str],
    priority: str,
    opened: int,
) -> Row:
    trouble = random.choice(_TROUBLES)
    row = {
        "priority": priority,
        "impact": str(min(3, int(priority))),
        "urgency": str(min(3, int(priority))),
        "state": "1",
        "active": "true",
        "short_description": trouble,
        "description": f"{trouble} since this morning.",
        "opened_at": time_text(opened),
        "sys_created_on": time_text(opened),
        "sys_updated_on": time_text(opened),
        "opened_by": random.choice(customer.callers or tuple(agents)),
        "assigned_to": random.choice(agents),
        "assignment_group": random.choice(_GROUPS),
        "company": customer.company,
        "cmdb_ci": random.choice(customer.machines),
        "escalation": "0",
        "reassignment_count": "0",
    }
    if "u_customer_account_id" in world.columns["task"]:
        # Typed or copied by people: sometimes the short form of the same id.
        short = random.random() < 0.1
        row["u_customer_account_id"] = customer.account_id[:15] if short else customer.account_id
        row["u_customer_account_name"] = customer.name
    return row
