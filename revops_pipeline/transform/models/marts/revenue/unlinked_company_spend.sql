with company_deals as (
    select * from {{ ref('company_deals') }}
),

linked as (
    select distinct company_id from {{ ref('company_team_shares') }}
),

final as (
    select
        company_deals.company_id,
        max(company_deals.company_name) as company_name,
        coalesce(
            sum(
                case
                    when {{ in_spend_stages('company_deals.deal_stage') }} then company_deals.allocated_amount
                end
            ),
            0
        ) as total_spend
    from company_deals
    left join linked on company_deals.company_id = linked.company_id
    where linked.company_id is null
    group by company_deals.company_id
)

select * from final
