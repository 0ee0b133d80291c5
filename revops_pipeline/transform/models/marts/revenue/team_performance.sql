with teams as (
    select * from {{ ref('staging_teams') }}
),

spending as (
    select
        team_id,
        count(*) as companies,
        sum(total_team_spend) as total_team_spend,
        sum(won_team_spend) as won_team_spend,
        sum(open_pipeline) as open_pipeline,
        sum(lost_team_spend) as lost_team_spend,
        sum(unpriced_deals) as unpriced_deals
    from {{ ref('team_spending') }}
    group by team_id
),

reporting as (
    select currency from {{ ref('reporting_currency') }}
),

members as (
    select
        memberships.team_id,
        count(*) as members
    from {{ ref('staging_team_membership') }} as memberships
    inner join {{ ref('staging_users') }} as known_users
        on memberships.user_id = known_users.user_id
    group by memberships.team_id
),

summed as (
    select
        teams.team_id,
        coalesce(teams.team_name, 'Unknown') as team_name,
        coalesce(spending.companies, 0) as companies,
        coalesce(members.members, 0) as members,
        cast(coalesce(spending.total_team_spend, 0) as decimal(38, 2)) as total_team_spend,
        cast(coalesce(spending.won_team_spend, 0) as decimal(38, 2)) as won_team_spend,
        cast(coalesce(spending.open_pipeline, 0) as decimal(38, 2)) as open_pipeline,
        cast(coalesce(spending.lost_team_spend, 0) as decimal(38, 2)) as lost_team_spend,
        reporting.currency,
        cast(coalesce(spending.unpriced_deals, 0) as bigint) as unpriced_deals
    from teams
    cross join reporting
    left join spending on teams.team_id = spending.team_id
    left join members on teams.team_id = members.team_id
),

final as (
    select
        *,
        rank() over (order by total_team_spend desc) as spend_rank
    from summed
)

select * from final
