"""Searches find what the same condition finds in the plain list."""

import random

import pytest

from revops_pipeline.sandbox import Portal

DEALS = "/crm/v3/objects/deals/search"


def search(http, kind="contacts", *filters, **body):
    if filters:
        body["filterGroups"] = [{"filters": list(filters)}]
    found, after = [], None
    while True:
        page = http.post(f"/crm/v3/objects/{kind}/search", {**body, "limit": 200, "after": after})
        assert page.status == 200, page.body
        found += page.json["results"]
        after = page.json.get("paging", {}).get("next", {}).get("after")
        if after is None:
            assert page.json["total"] == len(found)
            return [record["id"] for record in found]


def condition(name, operator, value=None, **more):
    return {"propertyName": name, "operator": operator, "value": value, **more}


def amount(record):
    return float(record["properties"]["amount"] or "nan")


@pytest.mark.parametrize(
    ("filter_", "holds"),
    [
        (condition("amount", "GT", "20000"), lambda r: amount(r) > 20_000),
        (condition("amount", "LTE", "20000"), lambda r: amount(r) <= 20_000),
        (
            condition("amount", "BETWEEN", "9000", highValue="20000"),
            lambda r: 9_000 <= amount(r) <= 20_000,
        ),
        (condition("amount", "NOT_HAS_PROPERTY"), lambda r: not r["properties"]["amount"]),
        (condition("amount", "HAS_PROPERTY"), lambda r: bool(r["properties"]["amount"])),
        (condition("dealstage", "EQ", "closedwon"), lambda r: r["properties"]["dealstage"] == "closedwon"),
        (condition("dealstage", "NEQ", "closedwon"), lambda r: r["properties"]["dealstage"] != "closedwon"),
        (
            condition("dealstage", "IN", values=["closedwon", "closedlost"]),
            lambda r: r["properties"]["hs_is_closed"] == "true",
        ),
        (
            condition("dealstage", "NOT_IN", values=["closedwon", "closedlost"]),
            lambda r: r["properties"]["hs_is_closed"] == "false",
        ),
        (condition("hs_object_id", "GT", "99999"), lambda r: int(r["id"]) > 99_999),
        (condition("dealname", "CONTAINS_TOKEN", "renewal"), lambda r: "Renewal" in r["properties"]["dealname"]),
        (condition("dealname", "CONTAINS_TOKEN", "exp*"), lambda r: "Expansion" in r["properties"]["dealname"]),
        (condition("dealname", "CONTAINS_TOKEN", "enewa"), lambda r: False),
        (condition("closedate", "LT", "2024-06-01T00:00:00Z"), lambda r: r["properties"]["closedate"] < "2024-06"),
        (condition("closedate", "LT", "1717200000000"), lambda r: r["properties"]["closedate"] < "2024-06"),
    ],
    ids=lambda value: f"{value['propertyName']}-{value['operator']}" if isinstance(value, dict) else "",
)  # fmt: skip
def test_an_operator_finds_exactly_the_records_it_describes(http, generated, filter_, holds):
    expected = [r["id"] for r in generated.portal.live("deals") if holds(r)]
    assert search(http, "deals", filter_) == expected


def test_dates_of_change_bound_a_search_to_the_millisecond(http, generated):
    records = sorted(generated.portal.live("companies"), key=lambda r: r["updatedAt"])
    low, high = records[50]["updatedAt"], records[200]["updatedAt"]

    def found(*filters):
        return set(search(http, "companies", *filters))

    ids = [r["id"] for r in records]
    name = "hs_lastmodifieddate"
    assert found(condition(name, "GTE", low), condition(name, "LT", high)) == {*ids[50:200]}
    assert found(condition(name, "GT", low), condition(name, "LTE", high)) == {*ids[51:201]}
    assert found(condition(name, "BETWEEN", low, highValue=high)) == {*ids[50:201]}
    assert found(condition(name, "EQ", low)) == {ids[50]}


def test_ids_combine_with_a_time_and_with_other_filters(http, generated):
    records = list(generated.portal.live("companies"))[:20]
    ids = [r["id"] for r in records]
    named = condition("hs_object_id", "IN", values=[*ids, "1", "77777777"])
    assert search(http, "companies", named) == ids
    since = sorted(r["updatedAt"] for r in records)[10]
    late = condition("hs_lastmodifieddate", "GTE", since)
    assert search(http, "companies", named, late) == [
        r["id"] for r in records if r["updatedAt"] >= since
    ]


def test_groups_are_alternatives_and_filters_within_one_are_not(http, generated):
    open_, large = condition("hs_is_closed", "EQ", "false"), condition("amount", "GT", "50000")
    both = search(http, "deals", open_, large)
    either = search(http, "deals", filterGroups=[{"filters": [open_]}, {"filters": [large]}])
    closed = {r["id"]: r["properties"]["hs_is_closed"] for r in generated.portal.live("deals")}
    amounts = {r["id"]: amount(r) for r in generated.portal.live("deals")}
    assert both == [i for i in closed if closed[i] == "false" and amounts[i] > 50_000]
    assert either == [i for i in closed if closed[i] == "false" or amounts[i] > 50_000]


def test_contacts_searched_by_the_other_types_date_are_none_and_no_error(http):
    assert search(http, "contacts", condition("hs_lastmodifieddate", "GTE", "0")) == []
    assert len(search(http, "contacts", condition("lastmodifieddate", "GTE", "0"))) == 1500


@pytest.mark.parametrize(
    ("sort", "key", "descending"),
    [
        ("hs_object_id", lambda r: int(r["id"]), False),
        ({"propertyName": "createdate", "direction": "DESCENDING"}, lambda r: r["createdAt"], True),
        ("-hs_lastmodifieddate", lambda r: r["updatedAt"], True),
        ({"propertyName": "numberofemployees"}, lambda r: int(r["properties"]["numberofemployees"]), False),
    ],
)  # fmt: skip
def test_results_come_in_the_order_asked_for(http, generated, sort, key, descending):
    expected = sorted(generated.portal.live("companies"), key=key, reverse=descending)
    assert search(http, "companies", sorts=[sort]) == [r["id"] for r in expected]


def test_records_without_a_value_are_sorted_last(http, generated):
    amounts = {r["id"]: r["properties"]["amount"] for r in generated.portal.live("deals")}
    ids = search(http, "deals", sorts=["-amount"])
    assert [bool(amounts[id_]) for id_ in ids] == sorted(map(bool, amounts.values()), reverse=True)


def test_free_text_looks_into_names_and_addresses(http, generated):
    wanted = "robotics"
    expected = [
        r["id"]
        for r in generated.portal.live("companies")
        if wanted in f"{r['properties']['name']} {r['properties']['domain']}".lower()
    ]
    assert search(http, "companies", query="ROBOTICS") == expected != []


def test_a_search_follows_every_change_of_the_portal(portal, scenario):
    """Random edits, then the index must agree with a look at every record."""
    rng, ids = random.Random(5), []
    for step in range(120):
        stamp = 1_700_000_000_000 + rng.randrange(50)
        live = [r["id"] for r in portal.live("contacts")]
        action = rng.choice(["create", "update", "archive", "restore", "merge", "delete"])
        if action == "create" or len(live) < 3:
            ids.append(portal.create("contacts", {"email": f"{step}@a.example"}, modified_at=stamp))
        elif action == "update":
            portal.update("contacts", rng.choice(live), {"jobtitle": "x"}, modified_at=stamp)
        elif action == "archive":
            portal.archive("contacts", rng.choice(live))
        elif action == "restore":
            for record in list(portal.archived("contacts"))[:1]:
                portal.restore("contacts", record["id"])
        elif action == "merge":
            portal.merge("contacts", *rng.sample(live, 2), modified_at=stamp)
        else:
            portal.delete_forever("contacts", rng.choice(live))
        bound = "2023-11-14T22:13:20.025Z"
        expected = [r["id"] for r in portal.live("contacts") if r["updatedAt"] >= bound]
        assert search(scenario, "contacts", condition("lastmodifieddate", "GTE", bound)) == expected


def test_an_edit_moves_a_contact_to_its_new_email(portal: Portal, scenario):
    id_ = portal.create("contacts", {"email": "Old@a.example"})
    path = "/crm/v3/objects/contacts/{}?idProperty=email"
    assert scenario.get(path.format("old@a.example")).json["id"] == id_
    portal.update("contacts", id_, {"email": "new@a.example"})
    assert scenario.get(path.format("new@a.example")).json["id"] == id_
    assert scenario.get(path.format("old@a.example")).status == 404
