with deals as (
    select * from {{ ref('staging_deals') }}
),

reporting as (
    select * from {{ ref('reporting_currency') }}
),

rates as (
    select * from {{ source('given', 'currency_rates') }}
),

amounts as (
    select
        deals.id as deal_id,
        deals.deal_stage,
        deals.amount,
        coalesce(deals.currency, reporting.uncoded_currency) as currency,
        case
            when reporting.currency = reporting.company_currency then deals.amount_in_home_currency
        end as converted_amount,
        coalesce(deals.close_date, cast(deals.created_at as date)) as rate_date,
        reporting.currency as reporting_currency
    from deals
    cross join reporting
),

-- Few pairs of a currency and a day, however many deals.
wanted as (
    select distinct
        currency,
        rate_date
    from amounts
    where currency <> reporting_currency and amount is not null
),

dated_rates as (
    select
        wanted.currency,
        wanted.rate_date,
        rates.rate
    from wanted
    inner join rates on wanted.currency = rates.currency and wanted.rate_date >= rates.valid_from
    qualify row_number() over (
        partition by wanted.currency, wanted.rate_date order by rates.valid_from desc
    ) = 1
),

priced as (
    select
        amounts.deal_id,
        amounts.deal_stage,
        amounts.amount,
        amounts.currency,
        amounts.rate_date,
        cast(
            case
                when amounts.amount is null then null
                when amounts.currency is null or amounts.currency = amounts.reporting_currency
                    then amounts.amount
                when amounts.converted_amount is not null then amounts.converted_amount
                -- DuckDB multiplies narrow decimals in 18 digits.
                else round(cast(amounts.amount as decimal(28, 2)) * dated_rates.rate, 2)
            end as decimal(28, 2)
        ) as amount_reporting,
        amounts.reporting_currency
    from amounts
    left join dated_rates
        on amounts.currency = dated_rates.currency and amounts.rate_date = dated_rates.rate_date
),

final as (
    select
        *,
        amount is not null and amount_reporting is null as is_unpriced
    from priced
)

select * from final
