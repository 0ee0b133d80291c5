{#
    One row per `columns`, none of them NULL, and neither they nor `joined` hold a placeholder:
    'Unknown' on two sides is no match. `optional` columns may be NULL. One query for all of it.
#}
{% test key(model, columns, joined=[], optional=[]) %}
{%- set problems = [] -%}
{%- for column in columns if column not in optional -%}
    {%- do problems.append(column ~ ' is null') -%}
{%- endfor -%}
{%- for column in columns + joined -%}
    {%- do problems.append('lower(trim(' ~ column ~ ')) in ' ~ placeholders()) -%}
{%- endfor -%}
with duplicated as (
    select 'duplicate' as problem
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
),

unusable as (
    select 'missing or placeholder' as problem
    from {{ model }}
    where {{ problems | join(' or ') }}
)

select * from duplicated
union all
select * from unusable
{% endtest %}
