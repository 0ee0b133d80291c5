"""What happens around the accounts of a made-up Salesforce organisation within two years:
opportunities, contracts, cases, tasks and churn signals."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from revops_pipeline.sandbox.clock import DAY_MS, iso
from revops_pipeline.sandbox.generate import LAST_CHANGE
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld, stamp

TWO_YEARS: Final = 730
_OPEN_STAGES: Final = (
    ("Prospecting", 10, "Pipeline"),
    ("Qualification", 20, "Pipeline"),
    ("Proposal/Price Quote", 60, "Best Case"),
    ("Negotiation/Review", 80, "Commit"),
)
_SUBJECTS: Final = ("Cannot sign in", "Export is slow", "Wrong total", "How do I …?", "Outage")
_REASONS: Final = ("Performance", "Billing", "Payment issue", "User didn't attend training")
_TASKS: Final = (("Call", "Call"), ("Email", "Email"), ("Meeting", "Task"), ("QBR", "Task"))
_SIGNALS: Final = ("Champion left", "Monitoring reduction", "Competitor evaluation", "Budget cut")
_SEVERITIES: Final = ("Critical", "Moderate", "Watch", "Watch")


def day(ms: int) -> str:
    return iso(ms)[:10]


class Activity:
    """Adds records to a world, each kind by its own method; `users` and `people` are filled by
    whoever adds those."""

    def __init__(self, world: SalesforceWorld) -> None:
        self.world = world
        self.random = Random(f"{world.seed}/salesforce")
        self.users: dict[str, str] = {}
        self.people: dict[str, list[str]] = {}
        """Contact ids by account id."""

    def add(self, name: str, values: dict[str, Any], created: int) -> str:
        """A record of that day, last changed on some day after it and before `LAST_CHANGE`."""
        created = min(created, LAST_CHANGE)
        modified = created + int(self.random.random() * (LAST_CHANGE - created))
        return self.world.create(name, values, created, modified)

    def past(self, days: int = TWO_YEARS) -> int:
        return LAST_CHANGE - int(self.random.random() * days * DAY_MS)

    def owner(self, owner: object = None) -> str:
        return self.users.get(str(owner)) or self.random.choice(list(self.users.values()))

    def contract(self, account: str, number: int) -> str:
        start, draw = self.past(), self.random
        term = draw.choice((12, 24))
        return self.add(
            "Contract",
            {
                "AccountId": account,
                "ContractNumber": f"{number + 100:08d}",
                "Status": draw.choice(("Activated", "Activated", "Draft")),
                "StartDate": day(start),
                "EndDate": day(start + term * 30 * DAY_MS),
                "ContractTerm": term,
                "OwnerId": self.owner(),
                "ActivatedDate": stamp(start),
                "Changes_Count__c": draw.randrange(0, 4),
            },
            start - 20 * DAY_MS,
        )

    def opportunities(self, account: str, customer: bool, contract: str | None) -> None:
        """A customer was won within two years, renews each year, and now and then buys more."""
        draw = self.random
        won, name = self.past(), str(self.world.records["Account"][account]["Name"])[:80]
        amount = draw.randrange(5, 300) * 500
        if not customer:
            kind = "New Business"
            self.opportunity(account, name, kind, amount, won, draw.choice((None, False)))
            return
        self.opportunity(account, name, "New Business", amount, won, True)
        renewal = won + 365 * DAY_MS
        outcome = draw.random() < 0.85 if renewal <= LAST_CHANGE else None
        factor = draw.uniform(0.8, 1.2)
        value = round(amount * factor, 2)
        self.opportunity(account, name, "Renewal", value, renewal, outcome, contract)
        if draw.random() < 0.4:
            later = won + int((LAST_CHANGE - won) * draw.random())
            more = round(amount * 0.25, 2)
            self.opportunity(account, name, "Upsell", more, later, draw.choice((True, None)))

    def opportunity(
        self,
        account: str,
        name: str,
        kind: str,
        amount: float,
        closing: int,
        won: bool | None,
        contract: str | None = None,
    ) -> str:
        stage, chance, category = self.random.choice(_OPEN_STAGES)
        if won is not None:
            stage, chance, category = (
                ("Closed Won", 100, "Closed") if won else ("Closed Lost", 0, "Omitted")
            )
        values = {
            "AccountId": account,
            "Name": f"{name} – {kind}",
            "StageName": stage,
            "Amount": amount,
            "Probability": chance,
            "CloseDate": day(closing),
            "Type": kind,
            "LeadSource": self.random.choice(("Web", "Partner", None)),
            "IsClosed": won is not None,
            "IsWon": bool(won),
            "ForecastCategoryName": category,
            "OwnerId": self.owner(),
            "ContractId": contract,
            "Renewal_Date__c": day(closing) if kind == "Renewal" else None,
        }
        return self.add("Opportunity", values, closing - self.random.randrange(10, 120) * DAY_MS)

    def cases(self, account: str, number: int) -> None:
        draw = self.random
        for index in range(draw.randrange(0, 4)):
            opened, closed = self.past(), draw.random() < 0.8
            values = {
                "CaseNumber": f"{number * 10 + index + 1000:08d}",
                "AccountId": account,
                "ContactId": draw.choice([*self.people.get(account, ()), None]),
                "Subject": draw.choice(_SUBJECTS),
                "Status": "Closed" if closed else draw.choice(("New", "Working")),
                "Priority": draw.choice(("Low", "Medium", "High")),
                "Origin": draw.choice(("Web", "Email", "Phone")),
                "Type": draw.choice(("Problem", "Question", None)),
                "Reason": draw.choice((*_REASONS, None)),
                "IsClosed": closed,
                "IsEscalated": draw.random() < 0.1,
                "ClosedDate": stamp(min(opened + draw.randrange(1, 400) * 3_600_000, LAST_CHANGE))
                if closed
                else None,
                "OwnerId": self.owner(),
                "Satisfaction_Rating__c": draw.choice((None, 1, 2, 3, 4, 4, 5)) if closed else None,
            }
            self.add("Case", values, opened)

    def tasks(self, account: str) -> None:
        draw = self.random
        for _ in range(draw.randrange(0, 6)):
            at, (kind, subtype) = self.past(400), draw.choice(_TASKS)
            done = draw.random() < 0.8
            values = {
                "WhoId": draw.choice([*self.people.get(account, ()), None]),
                "WhatId": account,
                "AccountId": account,
                "Subject": f"{kind} with the customer",
                "Status": "Completed" if done else "Not Started",
                "Priority": "Normal",
                "ActivityDate": day(at),
                "Type": kind,
                "TaskSubtype": subtype,
                "CallType": "Outbound" if kind == "Call" else None,
                "IsClosed": done,
                "IsArchived": done and at < LAST_CHANGE - 365 * DAY_MS,
                "OwnerId": self.owner(),
                "CompletedDateTime": stamp(at) if done else None,
            }
            self.add("Task", values, at - DAY_MS)

    def signals(self, account: str, customer: bool) -> None:
        draw = self.random
        for _ in range(draw.choice((0, 0, 1, 2)) if customer else 0):
            at, over = self.past(180), draw.random() < 0.3
            number = len(self.world.records["Churn_Signal__c"]) + 1
            values = {
                "Name": f"CS-{number:05d}",
                "Account__c": account,
                "Severity__c": draw.choice(_SEVERITIES),
                "Signal_Type__c": draw.choice(_SIGNALS),
                "Status__c": "Resolved" if over else "Open",
                "Signal_Date__c": day(at),
                "Resolved_Date__c": day(min(at + 9 * DAY_MS, LAST_CHANGE)) if over else None,
                "Description__c": "Heard in the last call.\nTo be followed up.",
                "OwnerId": self.owner(),
            }
            self.add("Churn_Signal__c", values, at)
