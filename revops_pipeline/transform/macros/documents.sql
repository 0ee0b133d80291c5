{#
    Read text fields out of JSON documents.

    `fields` maps a column to the keys that lead to it: {'email': ['properties', 'email']}.
    A key that is absent, null, empty or only spaces gives NULL, never an error, so a property
    that a portal lacks is an empty column. Every field is text: typing is a later, visible step.
#}
{% macro read_documents(relation, fields, where='deleted_at is null', document='document') %}
    {{- adapter.dispatch('read_documents', 'revops_pipeline')(relation, fields, where, document) -}}
{% endmacro %}

{# One call reads all paths: a call per field parses the document once per field. #}
{% macro duckdb__read_documents(relation, fields, where, document) -%}
    select
        id,
        {% for column in fields %}
        {{ blank_to_null('texts[' ~ loop.index ~ ']') }} as {{ column }},
        {% endfor %}
        loaded_at
    from (
        select
            id,
            loaded_at,
            json_extract_string({{ document }}, [
                {%- for keys in fields.values() %}{{ json_pointer(keys) }}{{ ', ' if not loop.last }}{% endfor -%}
            ]) as texts
        from {{ with_held_values(relation) }}
        where {{ where }}
    ) as documents
{%- endmacro %}

{% macro snowflake__read_documents(relation, fields, where, document) -%}
    select
        id,
        {% for column, keys in fields.items() %}
        {{ blank_to_null('cast(' ~ document ~ ':' ~ quoted_path(keys) ~ ' as varchar)') }} as {{ column }},
        {% endfor %}
        loaded_at
    from {{ with_held_values(relation) }}
    where {{ where }}
{%- endmacro %}

{# True where the document carries the key at all, even with a null value. #}
{% macro has_key(document, key) %}
    {{- adapter.dispatch('has_key', 'revops_pipeline')(document, key) -}}
{% endmacro %}

{% macro duckdb__has_key(document, key) -%}
    json_exists({{ document }}, {{ json_pointer([key]) }})
{%- endmacro %}

{% macro snowflake__has_key(document, key) -%}
    get({{ document }}, {{ text_literal(key) }}) is not null
{%- endmacro %}

{# Keys may be settings: whatever one is spelled with, it is a key and no SQL. #}
{% macro json_pointer(keys) -%}
    {%- set steps = [] -%}
    {%- for key in keys -%}
        {%- do steps.append('/' ~ key | replace('~', '~0') | replace('/', '~1')) -%}
    {%- endfor -%}
    {{ text_literal(steps | join) }}
{%- endmacro %}

{% macro quoted_path(keys) -%}
    {%- set steps = [] -%}
    {%- for key in keys -%}
        {%- do steps.append('"' ~ key | replace('"', '""') ~ '"') -%}
    {%- endfor -%}
    {{ steps | join('.') }}
{%- endmacro %}

{#
    A filter that lets through every document with a value under the key, at whatever depth, and
    keeps out most others at little cost. What it lets through is still to be read.
#}
{% macro may_hold(document, key) %}
    {{- adapter.dispatch('may_hold', 'revops_pipeline')(document, key) -}}
{% endmacro %}

{# Skips documents that say null without parsing them. #}
{% macro duckdb__may_hold(document, key) -%}
    {{ document }} like '%"{{ key }}"%' and {{ document }} not like '%"{{ key }}":null%'
{%- endmacro %}

{# Documents are stored by key: reading the value costs no more than any filter. #}
{% macro snowflake__may_hold(document, key) -%}
    true
{%- endmacro %}
