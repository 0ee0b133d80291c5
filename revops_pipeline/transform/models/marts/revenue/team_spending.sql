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

reporting as (
    select currency from {{ ref('reporting_currency') }}
),

totals as (
    select
        company_id,
        {{ sums_by_outcome('allocated_amount', ['won', 'lost', 'still_open']) }},
        {{ sums_by_outcome(
            'allocated_amount',
            ['counted_won', 'counted_lost', 'counted_open'],
            in_spend_stages('deal_stage'),
        ) }},
        count(case when is_unpriced then 1 end) as unpriced_deals
    from company_deals
    group by company_id
),

final as (
    select
        shares.company_id,
        coalesce(companies.name, 'Unknown') as company_name,
        shares.team_id,
        coalesce(teams.team_name, 'Unknown') as team_name,
        -- Of shares, so that won, lost and open make the total to the cent.
        cast(
            {{ team_share('totals.counted_won') }}
            + {{ team_share('totals.counted_lost') }}
            + {{ team_share('totals.counted_open') }} as decimal(38, 2)
        ) as total_team_spend,
        {{ team_share('totals.won') }} as won_team_spend,
        {{ team_share('totals.still_open') }} as open_pipeline,
        {{ team_share('totals.lost') }} as lost_team_spend,
        reporting.currency,
        coalesce(totals.unpriced_deals, 0) as unpriced_deals
    from shares
    inner join companies on shares.company_id = companies.id
    inner join teams on shares.team_id = teams.team_id
    cross join reporting
    left join totals on shares.company_id = totals.company_id
)

select * from final
