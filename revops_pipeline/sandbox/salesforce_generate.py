"""A Salesforce organisation for a portal: its companies as accounts, its people as contacts, and
two years of opportunities, cases, tasks, contracts and churn signals around them.

On purpose in even the smallest organisation: two accounts of one name, a deleted account with
quotes in its name, an archived task. Values that cannot be typed are not among them; tests add those.
"""

from __future__ import annotations

from typing import Any, Final

from revops_pipeline.sandbox.clock import DAY_MS
from revops_pipeline.sandbox.generate import LAST_CHANGE
from revops_pipeline.sandbox.salesforce_activity import Activity, day
from revops_pipeline.sandbox.salesforce_world import SalesforceWorld

_CUSTOMERS: Final = ("Customer - Direct", "Customer - Direct", "Customer - Channel")
_OTHERS: Final = ("Prospect", "Partner", "Other")
_TITLES: Final = ("Vice President of Operations", "Chief Technology Officer", "SVP Sales", "COO")


def generate(world: SalesforceWorld) -> None:
    """Fills an empty world."""
    _Generator(world).run()


class _Generator(Activity):
    def run(self) -> None:
        self._users()
        accounts = self._accounts()
        self._contacts(accounts)
        for number, account in enumerate(accounts.values()):
            customer = self.world.records["Account"][account]["Type"].startswith("Customer")
            contract = self.contract(account, number) if customer else None
            self.opportunities(account, customer, contract)
            self.cases(account, number)
            self.tasks(account)
            self.signals(account, customer)
        if self.world.odd:
            self._odd(list(accounts.values()))

    def _users(self) -> None:
        for owner in self.world.portal.owners:
            first, last = str(owner["firstName"]), str(owner["lastName"])
            self.users[str(owner["id"])] = self.add(
                "User",
                {
                    "Username": f"{first}.{last}@crm.example".lower(),
                    "Email": owner["email"],
                    "FirstName": first,
                    "LastName": last,
                    "Name": f"{first} {last}",
                    "Title": "Account Executive",
                    "IsActive": not owner["archived"],
                    "UserType": "Standard",
                },
                self.past(),
            )
        self.world.user_id = next(iter(self.users.values()))

    def _accounts(self) -> dict[str, str]:
        """Account id by the company's id; nine companies in ten are accounts."""
        found: dict[str, str] = {}
        for number, company in enumerate(self.world.portal.live("companies")):
            if number % 10 == 9:
                continue
            told: Any = company["properties"]
            found[str(company["id"])] = self.add(
                "Account", self._account(told, number), self.past()
            )
        self.world.account_of = found
        return found

    def _account(self, told: dict[str, Any], number: int) -> dict[str, Any]:
        draw, customer = self.random, number % 3 != 2
        arr = draw.randrange(5, 400) * 1_000 if customer else None
        seats = draw.randrange(5, 500)
        values: dict[str, Any] = {
            "Name": told["name"] or f"Unnamed {number}",
            "Type": draw.choice(_CUSTOMERS if customer else _OTHERS),
            "BillingStreet": told["address"],
            "BillingCity": told["city"],
            "BillingCountry": told["country"],
            "Phone": told["phone"],
            "Website": told["website"],
            "Industry": str(told["industry"] or "OTHER").replace("_", " ").title(),
            "AnnualRevenue": float(told["annualrevenue"] or 0) or None,
            "NumberOfEmployees": int(told["numberofemployees"] or 0) or None,
            "OwnerId": self.owner(told["hubspot_owner_id"]),
            "AccountSource": draw.choice(("Web", "Partner Referral", "Phone Inquiry", None)),
        }
        if not customer:
            return values
        return values | {
            "ARR__c": float(arr or 0),
            "Prior_ARR__c": round((arr or 0) * draw.uniform(0.7, 1.2), 2),
            "Tier__c": draw.choice(("Enterprise", "Mid-Market", "SMB")),
            "Segment__c": draw.choice(("Strategic", "Growth", "Scale")),
            "NPS_Score__c": draw.choice((None, *range(-60, 91, 10))),
            "Adoption_Score__c": draw.choice((None, draw.randrange(10, 100))),
            "Churn_Risk_Score__c": draw.choice((None, draw.randrange(0, 100))),
            "Health_Score__c": draw.randrange(20, 100),
            "Total_Users__c": seats,
            "Active_Users__c": draw.randrange(0, seats),
            "Feature_Usage_Score__c": draw.randrange(0, 101),
            "Revenue_Growth_Rate__c": round(draw.uniform(-30, 60), 1),
            "NRR__c": round(draw.uniform(60, 140), 1),
            "Last_Login_Date__c": draw.choice((None, day(self.past(90)))),
            "Support_Tickets_30d__c": draw.randrange(0, 18),
            "Executive_Engagement__c": draw.choice(("High", "Medium", "Low", None)),
            "Payment_Health__c": draw.choice(("On time", "On time", "Late", "Overdue")),
            "QBR_Attendance__c": draw.choice((None, draw.randrange(0, 101))),
            "Champion_Stability__c": draw.choice(("Stable", "Changed", "Lost", None)),
            "Expansion_Signals__c": draw.randrange(0, 5),
        }

    def _contacts(self, accounts: dict[str, str]) -> None:
        for number, contact in enumerate(self.world.portal.live("contacts")):
            told: Any = contact["properties"]
            account = accounts.get(str(told["associatedcompanyid"]))
            if account is None:
                continue
            first, last = told["firstname"] or "", told["lastname"] or "Unknown"
            title = told["jobtitle"] if number % 7 else _TITLES[number // 7 % len(_TITLES)]
            values = {
                "AccountId": account,
                "FirstName": first,
                "LastName": last,
                "Name": f"{first} {last}".strip(),
                "Title": title,
                "Email": told["email"],
                "Phone": told["phone"],
                "MailingCountry": told["country"],
                "OwnerId": self.owner(told["hubspot_owner_id"]),
                "HasOptedOutOfEmail": told["hs_email_optout"] == "true",
            }
            id_ = self.add("Contact", values, self.past())
            self.people.setdefault(account, []).append(id_)

    def _odd(self, accounts: list[str]) -> None:
        first = self.world.records["Account"][accounts[0]] if accounts else {"Name": "Acme"}
        twin = {"Name": first["Name"], "Type": "Prospect", "OwnerId": self.owner()}
        self.add("Account", twin, self.past())
        gone = self.add("Account", {**twin, "Name": 'O\'Hara & "Sons"'}, self.past())
        self.world.update(
            "Account", gone, {"IsDeleted": True}, modified_at=LAST_CHANGE - 3 * DAY_MS
        )
        old = {"Subject": "Long ago", "Status": "Completed", "IsClosed": True, "IsArchived": True}
        self.add("Task", {**old, "Priority": "Normal"}, LAST_CHANGE - 500 * DAY_MS)
