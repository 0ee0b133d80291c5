{{ config(severity='warn', meta={
    'description': 'No name stands under several company ids: they are kept apart until matching joins them.',
    'dagster': {'ref': {'name': 'qbr_companies'}},
}) }}
with named as (
    select
        company_id,
        lower({{ trimmed('company_name') }}) as name_key
    from {{ ref('qbr_companies') }}
)

select
    name_key,
    count(*) as company_ids
from named
where name_key not in {{ placeholders() }}
group by name_key
having count(*) > 1
