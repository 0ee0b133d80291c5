"""The objects of a made-up Salesforce organisation: their fields, types and id prefixes.

Standard objects and fields are a part of those that Salesforce documents; what ends in `__c` is what
such an organisation would have added for the health of its accounts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_KINDS: Final = {
    "s": "string",
    "l": "textarea",
    "e": "picklist",
    "b": "boolean",
    "n": "double",
    "i": "int",
    "m": "currency",
    "p": "percent",
    "d": "date",
    "t": "datetime",
    "r": "reference",
    "u": "url",
    "f": "phone",
    "@": "email",
    "a": "address",
    "k": "id",
}
_SYSTEM: Final = (
    "Id:k CreatedDate:t CreatedById:r LastModifiedDate:t LastModifiedById:r SystemModstamp:t"
)


@dataclass(slots=True)
class SObject:
    """One object. `fields` maps API names to Salesforce's types; `external_id` is the field that
    upserts may name."""

    name: str
    prefix: str
    fields: dict[str, str] = field(default_factory=dict)
    external_id: str | None = None

    @property
    def deletes(self) -> bool:
        return "IsDeleted" in self.fields

    def spelled(self, name: str) -> str | None:
        """The field's own spelling: names are found whatever their case."""
        wanted = name.lower()
        return next((known for known in self.fields if known.lower() == wanted), None)


def _object(name: str, prefix: str, text: str, external_id: str | None = None) -> SObject:
    deletes = "" if name == "User" else " IsDeleted:b"
    parts = (part.split(":") for part in f"{_SYSTEM}{deletes} {text}".split())
    return SObject(name, prefix, {n: _KINDS[kind] for n, kind in parts}, external_id)


def default_objects() -> dict[str, SObject]:
    """Every object by its name; the caller's own, to change."""
    found = (
        _object(
            "Account",
            "001",
            "MasterRecordId:r Name:s Type:e ParentId:r BillingStreet:l BillingCity:s"
            " BillingCountry:s BillingAddress:a Phone:f Website:u Industry:e AnnualRevenue:m"
            " NumberOfEmployees:i Description:l OwnerId:r AccountSource:e NPS_Score__c:n"
            " Adoption_Score__c:n Churn_Risk_Score__c:n Health_Score__c:n Active_Users__c:n"
            " Total_Users__c:n Feature_Usage_Score__c:n Revenue_Growth_Rate__c:p NRR__c:p"
            " Last_Login_Date__c:d Support_Tickets_30d__c:n Executive_Engagement__c:e ARR__c:m"
            " Prior_ARR__c:m Tier__c:e Segment__c:e Payment_Health__c:e QBR_Attendance__c:p"
            " Champion_Stability__c:e Expansion_Signals__c:n",
        ),
        _object(
            "Opportunity",
            "006",
            "AccountId:r Name:s StageName:e Amount:m Probability:p CloseDate:d Type:e LeadSource:e"
            " NextStep:s IsClosed:b IsWon:b ForecastCategoryName:e OwnerId:r ContractId:r"
            " Renewal_Date__c:d",
        ),
        _object(
            "Contact",
            "003",
            "MasterRecordId:r AccountId:r FirstName:s LastName:s Name:s Title:s Department:s"
            " Email:@ Phone:f MailingCountry:s OwnerId:r HasOptedOutOfEmail:b",
        ),
        _object(
            "Case",
            "500",
            "CaseNumber:s AccountId:r ContactId:r Subject:s Status:e Priority:e Origin:e Type:e"
            " Reason:e IsClosed:b IsEscalated:b ClosedDate:t OwnerId:r Satisfaction_Rating__c:n",
        ),
        _object(
            "Task",
            "00T",
            "WhoId:r WhatId:r AccountId:r Subject:s Status:e Priority:e ActivityDate:d Type:e"
            " TaskSubtype:e CallType:e IsClosed:b IsArchived:b OwnerId:r CompletedDateTime:t",
        ),
        _object(
            "User",
            "005",
            "Username:s Email:@ FirstName:s LastName:s Name:s Title:s IsActive:b UserType:e"
            " ManagerId:r",
        ),
        _object(
            "Contract",
            "800",
            "AccountId:r ContractNumber:s Status:e StartDate:d EndDate:d ContractTerm:i"
            " OwnerId:r ActivatedDate:t Changes_Count__c:n",
        ),
        _object(
            "Churn_Signal__c",
            "a01",
            "Name:s Account__c:r Severity__c:e Signal_Type__c:e Status__c:e Signal_Date__c:d"
            " Resolved_Date__c:d Description__c:l OwnerId:r",
        ),
        _object(
            "Health_Score__c",
            "a02",
            "Name:s External_Key__c:s Account__c:r Period__c:s Health_Score__c:n"
            " Churn_Risk_Score__c:n Tier__c:e Coverage__c:p Scored_At__c:t OwnerId:r",
            "External_Key__c",
        ),
    )
    return {sobject.name: sobject for sobject in found}


# The pipeline's streams of it.
STREAM_OBJECTS: Final = {
    "accounts": "Account",
    "opportunities": "Opportunity",
    "contacts": "Contact",
    "cases": "Case",
    "tasks": "Task",
    "users": "User",
    "contracts": "Contract",
    "churn_signals": "Churn_Signal__c",
}
