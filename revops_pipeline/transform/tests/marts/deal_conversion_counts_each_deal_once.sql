{{ config(meta={
    'description': 'Won, lost and open deals of all stages are all staged deals.',
    'dagster': {'ref': {'name': 'deal_conversion'}},
}) }}
with staged as (
    select
        count(*) as deals,
        coalesce(sum(amount), 0) as amount
    from {{ ref('staging_deals') }}
),

listed as (
    select
        coalesce(sum(deals), 0) as deals,
        coalesce(sum(won_deals + lost_deals + open_deals), 0) as outcomes,
        coalesce(sum(amount), 0) as amount
    from {{ ref('deal_conversion') }}
)

select staged.deals
from staged
cross join listed
where staged.deals <> listed.deals or staged.deals <> listed.outcomes or staged.amount <> listed.amount
