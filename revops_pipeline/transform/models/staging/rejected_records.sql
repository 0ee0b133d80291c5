{{ config(schema='ops') }}
{%- set sources = ['hubspot', 'product', 'qbr', 'salesforce', 'servicenow'] -%}
with final as (
    {% for source in sources %}
    select
        source,
        stream,
        id,
        {{ quoted('column') }},
        {{ quoted('value') }},
        reason,
        kind,
        rejected_at
    from {{ ref(source ~ '_rejected_records') }}
    union all
    {% endfor %}
    select
        source,
        stream,
        id,
        coalesce(field, 'document') as {{ quoted('column') }},
        {{ quoted('value') }},
        reason,
        'untyped' as kind,
        rejected_at
    from {{ source('landed', 'rejected_documents') }}
)

select * from final
