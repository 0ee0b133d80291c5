with deals as (
    select * from {{ ref('staging_deals') }}
),

amounts as (
    select * from {{ ref('deal_amounts') }}
),

reporting as (
    select currency from {{ ref('reporting_currency') }}
),

stages as (
    select * from {{ ref('staging_pipeline_stages') }}
),

counted as (
    select
        deals.pipeline as pipeline_id,
        deals.deal_stage as stage_id,
        count(*) as deals,
        sum(amounts.amount_reporting) as amount,
        {{ sums_by_outcome('amounts.amount_reporting', ['won_amount', 'lost_amount', 'open_amount']) }},
        count(case when amounts.is_unpriced then 1 end) as unpriced_deals,
        sum(case when deals.is_won then 1 else 0 end) as won_deals,
        sum(case when deals.is_closed and not deals.is_won then 1 else 0 end) as lost_deals,
        sum(case when deals.is_closed then 0 else 1 end) as open_deals
    from deals
    inner join amounts on deals.id = amounts.deal_id
    group by deals.pipeline, deals.deal_stage
),

final as (
    select
        coalesce(counted.pipeline_id, stages.pipeline_id) as pipeline_id,
        coalesce(counted.stage_id, stages.stage_id) as stage_id,
        coalesce(stages.label, counted.stage_id, 'Unknown') as stage_label,
        stages.display_order,
        coalesce(counted.deals, 0) as deals,
        cast(coalesce(counted.amount, 0) as decimal(38, 2)) as amount,
        cast(coalesce(counted.won_amount, 0) as decimal(38, 2)) as won_amount,
        cast(coalesce(counted.lost_amount, 0) as decimal(38, 2)) as lost_amount,
        cast(coalesce(counted.open_amount, 0) as decimal(38, 2)) as open_amount,
        reporting.currency,
        coalesce(counted.unpriced_deals, 0) as unpriced_deals,
        cast(coalesce(counted.won_deals, 0) as bigint) as won_deals,
        cast(coalesce(counted.lost_deals, 0) as bigint) as lost_deals,
        cast(coalesce(counted.open_deals, 0) as bigint) as open_deals
    from counted
    full outer join stages
        on counted.pipeline_id = stages.pipeline_id and counted.stage_id = stages.stage_id
    cross join reporting
    where counted.deals is not null or not (stages.is_archived or stages.is_deleted)
)

select * from final
