{{ config(severity='warn', meta={
    'description': 'Counts the values that could not be typed; ops.rejected_records lists them.',
}) }}
select
    source,
    stream,
    id,
    {{ quoted('column') }}
from {{ ref('rejected_records') }}
