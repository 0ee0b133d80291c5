{# Many rows out of one: elements of a JSON array, parts of a separated list. #}

{# One row per element of the array under `key`: id, loaded_at, element (JSON). #}
{% macro read_array(relation, key, where='deleted_at is null') %}
    {{- adapter.dispatch('read_array', 'revops_pipeline')(relation, key, where) -}}
{% endmacro %}

{% macro duckdb__read_array(relation, key, where) -%}
    select
        id,
        loaded_at,
        unnest(json_extract(document, '$."{{ key }}"[*]')) as element
    from {{ relation }}
    where {{ where }}
{%- endmacro %}

{% macro snowflake__read_array(relation, key, where) -%}
    select
        records.id,
        records.loaded_at,
        elements.value as element
    from {{ relation }} as records,
        lateral flatten(input => get(records.document, '{{ key }}')) as elements
    where {{ where }}
{%- endmacro %}

{# The versions of a raw table's rows that were replaced. #}
{% macro history_of(relation) -%}
    {{ return(relation.incorporate(path={'identifier': relation.identifier ~ '_history'})) }}
{%- endmacro %}

{# One row per part of a separated list: the listed columns and `part`. #}
{% macro split_rows(relation, columns, text, separator) %}
    {{- adapter.dispatch('split_rows', 'revops_pipeline')(relation, columns, text, separator) -}}
{% endmacro %}

{% macro duckdb__split_rows(relation, columns, text, separator) -%}
    select
        {{ columns | join(', ') }},
        trim(unnest(string_split({{ text }}, '{{ separator }}'))) as part
    from {{ relation }}
{%- endmacro %}

{% macro snowflake__split_rows(relation, columns, text, separator) -%}
    select
        {{ columns | join(', ') }},
        trim(cast(parts.value as varchar)) as part
    from {{ relation }},
        lateral flatten(input => split({{ text }}, '{{ separator }}')) as parts
{%- endmacro %}
