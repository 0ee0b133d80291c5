{{ config(severity='warn', meta={
    'description': 'Else close dates are UTC days, and what deals without a currency are in is not known: let the token read the account (account-info), or set reporting_currency.',
    'dagster': {'ref': {'name': 'staging_deals'}},
}) }}
with portal as (
    select
        max(time_zone) as time_zone,
        max(company_currency) as company_currency
    from {{ ref('staging_hubspot_account') }}
)

select
    time_zone,
    company_currency
from portal
where
    (time_zone is null or company_currency is null)
    and exists (select 1 from {{ ref('staging_deals') }})
