with deals as (
    select * from {{ ref('staging_deals') }}
),

amounts as (
    select * from {{ ref('deal_amounts') }}
),

deal_companies as (
    select deal_id from {{ ref('staging_deal_companies') }}
),

companies as (
    select id from {{ ref('staging_companies') }}
),

edges as (
    {{ read_documents(
        source('raw', 'hubspot_deal_companies'),
        {'deal_id': ['from_id'], 'company_id': ['to_id']},
        where='true',
    ) }}
),

merged as (
    select
        object_type,
        old_id,
        current_id
    from {{ ref('hubspot_merged_ids') }}
),

-- Associations vanish with their company, so one that was seen once counts, if its company is
-- what went: one that was taken away from a live company leaves a deal without an association.
lost_company as (
    select distinct coalesce(merged_deals.current_id, edges.deal_id) as deal_id
    from edges
    left join merged as merged_deals
        on edges.deal_id = merged_deals.old_id and merged_deals.object_type = 'deals'
    left join merged as merged_companies
        on edges.company_id = merged_companies.old_id and merged_companies.object_type = 'companies'
    left join companies
        on coalesce(merged_companies.current_id, edges.company_id) = companies.id
    where companies.id is null
),

final as (
    select
        deals.id as deal_id,
        amounts.amount,
        amounts.currency,
        amounts.amount_reporting,
        amounts.reporting_currency,
        case
            when lost_company.deal_id is null then 'no association'
            else 'company archived or deleted'
        end as reason
    from deals
    inner join amounts on deals.id = amounts.deal_id
    left join deal_companies on deals.id = deal_companies.deal_id
    left join lost_company on deals.id = lost_company.deal_id
    where deal_companies.deal_id is null
)

select * from final
