{#
    Every value of the listed columns is found where it points. NULL points nowhere and passes.
    `references`: [{column: company_id, to: ref('staging_companies'), field: id}, ...]
#}
{% test refers_to(model, references) %}
{%- for reference in references %}
select
    '{{ reference.column }}' as reference,
    child.{{ reference.column }} as missing_id
from {{ model }} as child
left join {{ reference.to }} as parent on child.{{ reference.column }} = parent.{{ reference.field }}
where child.{{ reference.column }} is not null and parent.{{ reference.field }} is null
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}
