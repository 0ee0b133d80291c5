with sent as (
    {{ document_fields(source('raw', 'qbr_records')) }}
),

known as (
    {% for field in qbr_contract() %}
    select
        '{{ field }}' as field,
        'typed' as treatment
    union all
    {% endfor %}
    {% for field in qbr_further_fields() %}
    select
        '{{ field }}' as field,
        'kept' as treatment
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

counted as (
    select
        field,
        count(*) as records
    from sent
    group by field
),

final as (
    select
        coalesce(known.field, counted.field) as field,
        coalesce(known.treatment, 'new') as treatment,
        coalesce(counted.records, 0) as records
    from known
    full outer join counted on known.field = counted.field
)

select * from final
