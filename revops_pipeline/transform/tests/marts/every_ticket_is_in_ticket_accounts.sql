{{ config(meta={
    'description': 'No ticket is lost for want of an account: each is listed, and stands in unmatched_tickets if and only if it has none.',
    'dagster': {'ref': {'name': 'unmatched_tickets'}},
}) }}
with tickets as (
    select
        'servicenow' as system,
        id
    from {{ ref('staging_servicenow_incidents') }}
    union all
    select
        'salesforce' as system,
        id
    from {{ ref('staging_salesforce_cases') }}
),

listed as (
    select * from {{ ref('ticket_accounts') }}
),

unmatched as (
    select * from {{ ref('unmatched_tickets') }}
)

select coalesce(tickets.id, listed.ticket_id, unmatched.ticket_id) as ticket_id
from tickets
full outer join listed on tickets.system = listed.system and tickets.id = listed.ticket_id
full outer join unmatched on listed.system = unmatched.system and listed.ticket_id = unmatched.ticket_id
where
    tickets.id is null
    or listed.ticket_id is null
    or (listed.account_key is null) <> (unmatched.ticket_id is not null)
