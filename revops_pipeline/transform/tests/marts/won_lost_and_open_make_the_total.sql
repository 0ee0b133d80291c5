{{ config(meta={
    'description': 'What is won, what is lost and what is open make the total, to the cent, unless spend_stages narrows that.',
    'dagster': {'ref': {'name': 'team_spending'}},
}) }}
with totals as (
    select
        company_id,
        total_team_spend as total,
        won_team_spend + lost_team_spend + open_pipeline as by_outcome
    from {{ ref('team_spending') }}
    union all
    select
        company_id,
        total_spend as total,
        won_spend + lost_spend + open_pipeline as by_outcome
    from {{ ref('unlinked_company_spend') }}
)

select
    company_id,
    total,
    by_outcome
from totals
where total <> by_outcome and {{ 'false' if var('spend_stages') else 'true' }}
