{{ config(meta={
    'description': 'As many reviews are staged as are live in raw, but for those without an id, which are rejected.',
    'dagster': {'ref': {'name': 'qbr_records'}},
}) }}
with live as (
    select count(*) as records
    from {{ source('raw', 'qbr_records') }}
    where deleted_at is null
),

staged as (
    select count(*) as records from {{ ref('qbr_records') }}
),

rejected as (
    select count(*) as records
    from {{ ref('qbr_rejected_records') }}
    where {{ quoted('column') }} = 'record_id'
)

select live.records
from live
cross join staged
cross join rejected
where live.records <> staged.records + rejected.records
