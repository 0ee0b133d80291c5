with deals as (
    select * from {{ ref('staging_deals') }}
),

stages as (
    select * from {{ ref('staging_pipeline_stages') }}
),

counted as (
    select
        pipeline as pipeline_id,
        deal_stage as stage_id,
        count(*) as deals,
        sum(amount) as amount,
        sum(case when is_won then 1 else 0 end) as won_deals,
        sum(case when is_closed and not is_won then 1 else 0 end) as lost_deals,
        sum(case when is_closed then 0 else 1 end) as open_deals
    from deals
    group by pipeline, deal_stage
),

final as (
    select
        coalesce(counted.pipeline_id, stages.pipeline_id) as pipeline_id,
        coalesce(counted.stage_id, stages.stage_id) as stage_id,
        coalesce(stages.label, counted.stage_id, 'Unknown') as stage_label,
        stages.display_order,
        coalesce(counted.deals, 0) as deals,
        cast(coalesce(counted.amount, 0) as decimal(38, 2)) as amount,
        cast(coalesce(counted.won_deals, 0) as bigint) as won_deals,
        cast(coalesce(counted.lost_deals, 0) as bigint) as lost_deals,
        cast(coalesce(counted.open_deals, 0) as bigint) as open_deals
    from counted
    full outer join stages
        on counted.pipeline_id = stages.pipeline_id and counted.stage_id = stages.stage_id
    where counted.deals is not null or not (stages.is_archived or stages.is_deleted)
)

select * from final
