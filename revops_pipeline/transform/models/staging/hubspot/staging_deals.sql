with records as (
    select * from {{ ref('base_hubspot_deals') }}
),

companies as (
    select
        id,
        name
    from {{ ref('base_hubspot_companies') }}
),

primary_companies as (
    select
        deal_id,
        company_id
    from {{ ref('staging_deal_companies') }}
    where is_primary
),

stages as (
    select * from {{ ref('staging_pipeline_stages') }}
),

-- One row, also where the portal does not tell its zone.
portal as (
    select coalesce(max(time_zone), 'UTC') as time_zone from {{ ref('staging_hubspot_account') }}
),

-- What the deal itself says comes first, then its stage's settings, then HubSpot's stock stages.
outcomes as (
    select
        records.id,
        coalesce(
            {{ to_boolean('records.won_flag') }}, stages.is_won, records.deal_stage = 'closedwon', false
        ) as is_won,
        coalesce(
            {{ to_boolean('records.closed_flag') }},
            stages.is_closed,
            records.deal_stage in ('closedwon', 'closedlost'),
            false
        ) as is_closed
    from records
    left join stages
        on records.pipeline = stages.pipeline_id and records.deal_stage = stages.stage_id
),

final as (
    select
        records.id,
        records.deal_name,
        {{ to_money('records.amount') }} as amount,
        {{ currency_code('records.currency') }} as currency,
        {{ to_money('records.amount_in_home_currency') }} as amount_in_home_currency,
        {{ day_in_zone('records.close_date', 'portal.time_zone') }} as close_date,
        primary_companies.company_id,
        companies.name as company_name,
        records.pipeline,
        records.deal_stage,
        -- A won deal is closed, whatever else is said of it.
        outcomes.is_closed or outcomes.is_won as is_closed,
        outcomes.is_won,
        records.owner_id,
        {{ to_utc('records.created_at') }} as created_at,
        {{ to_utc('records.updated_at') }} as updated_at,
        records.loaded_at
    from records
    cross join portal
    inner join outcomes on records.id = outcomes.id
    left join primary_companies on records.id = primary_companies.deal_id
    left join companies on primary_companies.company_id = companies.id
)

select * from final
