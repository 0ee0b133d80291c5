{{ config(meta={
    'description': 'For every company, the spend of its teams, or its unlinked spend, is to the cent the sum of its allocated deals in the spend stages.',
    'dagster': {'ref': {'name': 'team_spending'}},
}) }}
with counted as (
    select
        company_id,
        sum(total_team_spend) as spend
    from {{ ref('team_spending') }}
    group by company_id
    union all
    select
        company_id,
        total_spend as spend
    from {{ ref('unlinked_company_spend') }}
),

counted_once as (
    select
        company_id,
        sum(spend) as spend,
        count(*) as places
    from counted
    group by company_id
),

expected as (
    select
        company_id,
        sum(case when {{ in_spend_stages('deal_stage') }} then coalesce(allocated_amount, 0) else 0 end) as spend
    from {{ ref('company_deals') }}
    group by company_id
)

select
    coalesce(expected.company_id, counted_once.company_id) as company_id,
    expected.spend as expected_spend,
    counted_once.spend
from expected
full outer join counted_once on expected.company_id = counted_once.company_id
where
    coalesce(expected.spend, 0) <> coalesce(counted_once.spend, 0)
    or (expected.company_id is not null and counted_once.company_id is null)
    or counted_once.places > 1
