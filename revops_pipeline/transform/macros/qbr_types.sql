{# Values as the QBR API writes them, to types. Each gives NULL for what it cannot read. #}

{#
    A day of the calendar: 2025-12-31, the same with a time behind it (its day as it stands there,
    whatever the zone), or 12/31/2025.
#}
{% macro qbr_day(text) -%}
    case
        when {{ matches(trimmed(text), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?') }}
            then try_cast(substr({{ trimmed(text) }}, 1, 10) as date)
        when {{ matches(trimmed(text), '[0-9]{2}/[0-9]{2}/[0-9]{4}') }}
            then try_cast(
                substr({{ trimmed(text) }}, 7, 4) || '-' || substr({{ trimmed(text) }}, 1, 2)
                || '-' || substr({{ trimmed(text) }}, 4, 2) as date
            )
    end
{%- endmacro %}

{% macro qbr_count(text) -%}
    case when {{ to_integer(text) }} >= 0 then {{ to_integer(text) }} end
{%- endmacro %}

{% macro qbr_number(text) -%}
    case
        when {{ matches(trimmed(text), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?') }}
            then try_cast({{ trimmed(text) }} as decimal(18, 4))
    end
{%- endmacro %}

{% macro within(number, low, high) -%}
    case when {{ number }} between {{ low }} and {{ high }} then {{ number }} end
{%- endmacro %}

{# `numerator` over `denominator`, to four digits. #}
{% macro qbr_quotient(numerator, denominator) -%}
    cast(
        round(
            cast({{ numerator }} as decimal(18, 4)) / cast({{ denominator }} as decimal(18, 4)), 4
        ) as decimal(18, 4)
    )
{%- endmacro %}

{# What a document holds besides the listed keys, as JSON text; NULL when nothing. #}
{% macro other_fields(document, keys) %}
    {{- adapter.dispatch('other_fields', 'revops_pipeline')(document, keys) -}}
{% endmacro %}

{# A merge patch removes the keys that it sets to null. #}
{% macro duckdb__other_fields(document, keys) -%}
    nullif(
        cast(json_merge_patch({{ document }}, '{"{{ keys | join('": null, "') }}": null}') as varchar), '{}'
    )
{%- endmacro %}

{% macro snowflake__other_fields(document, keys) -%}
    nullif(to_json(object_delete(cast({{ document }} as object), '{{ keys | join("', '") }}')), '{}')
{%- endmacro %}

{# One row per live document and key of it: field. #}
{% macro document_fields(relation) %}
    {{- adapter.dispatch('document_fields', 'revops_pipeline')(relation) -}}
{% endmacro %}

{% macro duckdb__document_fields(relation) -%}
    select unnest(json_keys(document)) as field
    from {{ relation }}
    where deleted_at is null
{%- endmacro %}

{% macro snowflake__document_fields(relation) -%}
    select cast(fields.key as varchar) as field
    from {{ relation }} as records,
        lateral flatten(input => records.document) as fields
    where records.deleted_at is null
{%- endmacro %}
