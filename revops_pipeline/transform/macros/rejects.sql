{#
    The values of one stream that are there but could not be typed, as rows of `rejected_records`.
    `checks` maps a column of `relation` (text, NULL when blank) to [typed expression, reason], and
    the staged column where that is called otherwise. `kind` tells what nobody can read (`untyped`)
    from what people type who do not know (`not_given`).
#}
{% macro rejects(relation, source_name, stream, checks) -%}
    {%- for column, check in checks.items() %}
    select
        '{{ source_name }}' as source,
        '{{ stream }}' as stream,
        id,
        '{{ check[2] | default(column) }}' as {{ quoted('column') }},
        {{ column }} as {{ quoted('value') }},
        '{{ check[1] }}' as reason,
        case when lower({{ trimmed(column) }}) in {{ placeholders() }} then 'not_given' else 'untyped' end as kind,
        loaded_at as rejected_at
    from {{ relation }}
    where {{ column }} is not null and {{ check[0] }} is null
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}
