{{ config(severity='warn', meta={
    'description': 'No field of the QBR API is new, and none that is typed has vanished.',
    'dagster': {'ref': {'name': 'qbr_fields'}},
}) }}
select
    field,
    treatment,
    records
from {{ ref('qbr_fields') }}
where
    treatment = 'new'
    or (treatment = 'typed' and records = 0 and exists (select 1 from {{ ref('qbr_records') }}))
