with deals as (
    select * from {{ ref('staging_deals') }}
),

deal_companies as (
    select deal_id from {{ ref('staging_deal_companies') }}
),

edges as (
    {{ read_documents(source('raw', 'hubspot_deal_companies'), {'deal_id': ['from_id']}, where='true') }}
),

merged_deals as (
    select
        old_id,
        current_id
    from {{ ref('hubspot_merged_ids') }}
    where object_type = 'deals'
),

-- Associations vanish with their company, so one that was seen once counts here.
once_associated as (
    select distinct coalesce(merged_deals.current_id, edges.deal_id) as deal_id
    from edges
    left join merged_deals on edges.deal_id = merged_deals.old_id
),

final as (
    select
        deals.id as deal_id,
        deals.amount,
        case
            when once_associated.deal_id is null then 'no association'
            else 'company archived or deleted'
        end as reason
    from deals
    left join deal_companies on deals.id = deal_companies.deal_id
    left join once_associated on deals.id = once_associated.deal_id
    where deal_companies.deal_id is null
)

select * from final
