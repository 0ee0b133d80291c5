with portal as (
    select max(company_currency) as company_currency from {{ ref('staging_hubspot_account') }}
),

-- Where the portal does not tell its own currency: that of its deals, if they have but one.
deals as (
    select
        max(currency) as currency,
        count(distinct currency) as currencies
    from {{ ref('staging_deals') }}
),

known as (
    select
        portal.company_currency,
        coalesce(
            nullif('{{ var('reporting_currency') }}', ''),
            portal.company_currency,
            case when deals.currencies = 1 then deals.currency end
        ) as currency
    from portal
    cross join deals
),

final as (
    select
        currency,
        company_currency,
        coalesce(company_currency, currency) as uncoded_currency
    from known
)

select * from final
