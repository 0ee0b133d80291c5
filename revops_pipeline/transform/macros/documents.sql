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
                {%- for keys in fields.values() %}'$."{{ keys | join('"."') }}"'{{ ', ' if not loop.last }}{% endfor -%}
            ]) as texts
        from {{ relation }}
        where {{ where }}
    ) as documents
{%- endmacro %}

{% macro snowflake__read_documents(relation, fields, where, document) -%}
    select
        id,
        {% for column, keys in fields.items() %}
        {{ blank_to_null('cast(get_path(' ~ document ~ ", '\"" ~ keys | join('"."') ~ "\"') as varchar)") }} as {{ column }},
        {% endfor %}
        loaded_at
    from {{ relation }}
    where {{ where }}
{%- endmacro %}

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

{# True where the document carries the key at all, even with a null value. #}
{% macro has_key(document, key) %}
    {{- adapter.dispatch('has_key', 'revops_pipeline')(document, key) -}}
{% endmacro %}

{% macro duckdb__has_key(document, key) -%}
    json_exists({{ document }}, '$."{{ key }}"')
{%- endmacro %}

{% macro snowflake__has_key(document, key) -%}
    get({{ document }}, '{{ key }}') is not null
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
        trim(parts.value) as part
    from {{ relation }},
        lateral split_to_table({{ text }}, '{{ separator }}') as parts
{%- endmacro %}
