{{ config(meta={
    'description': 'Of the companies of a deal exactly one is primary, and it is the one staging_deals names.',
    'dagster': {'ref': {'name': 'staging_deals'}},
}) }}
select edges.deal_id
from {{ ref('staging_deal_companies') }} as edges
inner join {{ ref('staging_deals') }} as deals on edges.deal_id = deals.id
group by edges.deal_id, deals.company_id
having
    sum(case when edges.is_primary then 1 else 0 end) <> 1
    or max(case when edges.is_primary then edges.company_id end) <> deals.company_id
    or deals.company_id is null
