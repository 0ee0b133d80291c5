{{ config(meta={
    'description': 'Allocated amounts and amounts without a company add up, in the reporting currency and to the cent, to all staged deals; with full allocation each company counts the whole deal.',
    'dagster': {'ref': {'name': 'company_deals'}},
}) }}
with deals as (
    select
        deal_id as id,
        coalesce(amount_reporting, 0) as amount
    from {{ ref('deal_amounts') }}
),

allocated as (
    select
        deal_id,
        sum(coalesce(allocated_amount, 0)) as amount,
        count(*) as companies
    from {{ ref('company_deals') }}
    group by deal_id
    union all
    select
        deal_id,
        coalesce(amount_reporting, 0) as amount,
        1 as companies
    from {{ ref('deals_without_company') }}
)

select
    deals.id,
    deals.amount,
    allocated.amount as allocated_amount
from deals
full outer join allocated on deals.id = allocated.deal_id
where
    deals.id is null
    or allocated.deal_id is null
    or deals.amount{{ ' * allocated.companies' if var('deal_allocation') == 'full' }} <> allocated.amount
