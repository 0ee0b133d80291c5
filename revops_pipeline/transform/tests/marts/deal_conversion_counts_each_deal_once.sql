{{ config(meta={
    'description': 'Won, lost and open deals of all stages are all staged deals, in number and in amount.',
    'dagster': {'ref': {'name': 'deal_conversion'}},
}) }}
with staged as (
    select
        count(*) as deals,
        coalesce(sum(amount_reporting), 0) as amount,
        count(case when is_unpriced then 1 end) as unpriced
    from {{ ref('deal_amounts') }}
),

listed as (
    select
        coalesce(sum(deals), 0) as deals,
        coalesce(sum(won_deals + lost_deals + open_deals), 0) as outcomes,
        coalesce(sum(amount), 0) as amount,
        coalesce(sum(won_amount + lost_amount + open_amount), 0) as amount_by_outcome,
        coalesce(sum(unpriced_deals), 0) as unpriced
    from {{ ref('deal_conversion') }}
)

select staged.deals
from staged
cross join listed
where
    staged.deals <> listed.deals
    or staged.deals <> listed.outcomes
    or staged.amount <> listed.amount
    or staged.amount <> listed.amount_by_outcome
    or staged.unpriced <> listed.unpriced
