with company_deals as (
    select * from {{ ref('company_deals') }}
),

linked as (
    select distinct company_id from {{ ref('company_team_shares') }}
),

totals as (
    select
        company_deals.company_id,
        max(company_deals.company_name) as company_name,
        sum(
            case
                when {{ in_spend_stages('company_deals.deal_stage') }} then company_deals.allocated_amount
            end
        ) as total,
        {{ sums_by_outcome('company_deals.allocated_amount', ['won', 'lost', 'still_open']) }},
        max(company_deals.reporting_currency) as currency,
        count(case when company_deals.is_unpriced then 1 end) as unpriced_deals
    from company_deals
    left join linked on company_deals.company_id = linked.company_id
    where linked.company_id is null
    group by company_deals.company_id
),

final as (
    select
        company_id,
        company_name,
        cast(coalesce(total, 0) as decimal(38, 2)) as total_spend,
        cast(coalesce(won, 0) as decimal(38, 2)) as won_spend,
        cast(coalesce(still_open, 0) as decimal(38, 2)) as open_pipeline,
        cast(coalesce(lost, 0) as decimal(38, 2)) as lost_spend,
        currency,
        unpriced_deals
    from totals
)

select * from final
