with shares as (
    select * from {{ ref('company_team_shares') }}
),

company_deals as (
    select * from {{ ref('company_deals') }}
),

companies as (
    select * from {{ ref('staging_companies') }}
),

teams as (
    select * from {{ ref('staging_teams') }}
),

totals as (
    select
        company_id,
        sum(case when {{ in_spend_stages('deal_stage') }} then allocated_amount end) as total_team_spend,
        sum(case when is_won then allocated_amount end) as won_team_spend,
        sum(case when not is_closed then allocated_amount end) as open_pipeline
    from company_deals
    group by company_id
),

final as (
    select
        shares.company_id,
        coalesce(companies.name, 'Unknown') as company_name,
        shares.team_id,
        coalesce(teams.team_name, 'Unknown') as team_name,
        {{ team_share('totals.total_team_spend') }} as total_team_spend,
        {{ team_share('totals.won_team_spend') }} as won_team_spend,
        {{ team_share('totals.open_pipeline') }} as open_pipeline
    from shares
    inner join companies on shares.company_id = companies.id
    inner join teams on shares.team_id = teams.team_id
    left join totals on shares.company_id = totals.company_id
)

select * from final
