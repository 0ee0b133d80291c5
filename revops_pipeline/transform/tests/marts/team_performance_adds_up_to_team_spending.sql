{{ config(meta={
    'description': 'The totals of all teams are the totals of team_spending.',
    'dagster': {'ref': {'name': 'team_performance'}},
}) }}
with spending as (
    select
        coalesce(sum(total_team_spend), 0) as total,
        coalesce(sum(won_team_spend), 0) as won,
        coalesce(sum(open_pipeline), 0) as still_open,
        coalesce(sum(lost_team_spend), 0) as lost,
        coalesce(sum(unpriced_deals), 0) as unpriced
    from {{ ref('team_spending') }}
),

performance as (
    select
        coalesce(sum(total_team_spend), 0) as total,
        coalesce(sum(won_team_spend), 0) as won,
        coalesce(sum(open_pipeline), 0) as still_open,
        coalesce(sum(lost_team_spend), 0) as lost,
        coalesce(sum(unpriced_deals), 0) as unpriced
    from {{ ref('team_performance') }}
)

select spending.total
from spending
cross join performance
where
    spending.total <> performance.total
    or spending.won <> performance.won
    or spending.still_open <> performance.still_open
    or spending.lost <> performance.lost
    or spending.unpriced <> performance.unpriced
