{{ config(severity='warn', meta={
    'description': 'Counts the values that could not be typed; ops.rejected_records lists them, and '
        'beside them, of the kind not_given, those that say that nothing is known.',
}) }}
select
    source,
    stream,
    id,
    {{ quoted('column') }}
from {{ ref('rejected_records') }}
where kind = 'untyped'
