{%- set allocation = option('deal_allocation', ['primary', 'full', 'split']) -%}
with deals as (
    select * from {{ ref('staging_deals') }}
),

deal_companies as (
    select * from {{ ref('staging_deal_companies') }}
),

amounts as (
    select * from {{ ref('deal_amounts') }}
),

companies as (
    select
        id,
        name
    from {{ ref('staging_companies') }}
),

pairs as (
    select
        deal_id,
        company_id,
        is_primary,
        count(*) over (partition by deal_id) as company_count,
        row_number() over (partition by deal_id order by {{ id_order('company_id') }}) as place
    from deal_companies
),

final as (
    select
        deals.id as deal_id,
        deals.amount,
        deals.close_date,
        pairs.company_id,
        coalesce(companies.name, 'Unknown') as company_name,
        amounts.currency,
        amounts.amount_reporting,
        amounts.reporting_currency,
        pairs.is_primary,
        pairs.company_count,
        {% if allocation == 'primary' -%}
        cast(
            case when deals.amount is null or pairs.is_primary then amounts.amount_reporting else 0 end
            as decimal(28, 2)
        ) as allocated_amount,
        amounts.is_unpriced and pairs.is_primary as is_unpriced,
        {%- elif allocation == 'full' -%}
        amounts.amount_reporting as allocated_amount,
        amounts.is_unpriced,
        {%- else -%}
        cast(
            {{ share_of('amounts.amount_reporting', '(pairs.place - 1)', 'pairs.place', 'pairs.company_count') }}
            as decimal(28, 2)
        ) as allocated_amount,
        amounts.is_unpriced,
        {%- endif %}
        deals.pipeline,
        deals.deal_stage,
        deals.is_won,
        deals.is_closed
    from pairs
    inner join deals on pairs.deal_id = deals.id
    inner join amounts on pairs.deal_id = amounts.deal_id
    inner join companies on pairs.company_id = companies.id
)

select * from final
