{{ config(schema='ops') }}
{%- set sources = ['hubspot', 'qbr', 'salesforce', 'servicenow'] -%}
with final as (
    {% for source in sources %}
    select
        source,
        stream,
        id,
        {{ quoted('column') }},
        {{ quoted('value') }},
        reason,
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
        rejected_at
    from {{ source('landed', 'rejected_documents') }}
)

select * from final
