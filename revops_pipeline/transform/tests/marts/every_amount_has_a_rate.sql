{{ config(severity='warn', meta={
    'description': 'No deal is left out of the sums for want of a rate of its currency on its day: add one to the file of currency.rates.',
    'dagster': {'ref': {'name': 'company_deals'}},
}) }}
select
    currency,
    rate_date,
    count(*) as deals
from {{ ref('deal_amounts') }}
where is_unpriced
group by currency, rate_date
