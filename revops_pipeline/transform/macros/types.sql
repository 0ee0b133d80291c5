{#
    Text to types. Each gives NULL for what it cannot read; `ops.rejected_records` uses the same
    macros to list those values, so that a value is either typed or reported.
#}

{# The whole text matches the pattern. #}
{% macro matches(text, pattern) %}
    {{- adapter.dispatch('matches', 'revops_pipeline')(text, pattern) -}}
{% endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro snowflake__matches(text, pattern) -%}
    regexp_like({{ text }}, '{{ pattern }}')
{%- endmacro %}

{# Money: DECIMAL(18, 2). The pattern keeps out what only one engine reads, such as 1_000. #}
{% macro to_money(text) -%}
    case
        when {{ matches(trimmed(text), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?') }}
            then try_cast({{ trimmed(text) }} as decimal(18, 2))
    end
{%- endmacro %}

{% macro to_boolean(text) -%}
    case lower({{ trimmed(text) }}) when 'true' then true when 'false' then false end
{%- endmacro %}

{# A whole number, also where it comes as a floating point one: 71, 71.0 and 7.1E1 are one. #}
{% macro to_integer(text) -%}
    {%- set exact = 'try_cast(' ~ trimmed(text) ~ ' as decimal(38, 9))' -%}
    case
        when {{ matches(trimmed(text), '[+-]?[0-9]+([.]0*)?') }}
            then try_cast(split_part({{ trimmed(text) }}, '.', 1) as integer)
        when
            {{ matches(trimmed(text), '[+-]?[0-9]+([.][0-9]{1,9})?[eE][+]?[0-9]+') }}
            and {{ exact }} = floor({{ exact }})
            then try_cast(cast(floor({{ exact }}) as varchar) as integer)
    end
{%- endmacro %}

{% macro to_ratio(text) -%}
    try_cast({{ trimmed(text) }} as decimal(9, 6))
{%- endmacro %}

{# An ISO 8601 time, with any offset, as UTC without zone. #}
{% macro to_utc(text) %}
    {{- adapter.dispatch('to_utc', 'revops_pipeline')(text) -}}
{% endmacro %}

{# The LIKE keeps out 'infinity' and 'epoch', which DuckDB reads as times. #}
{% macro duckdb__to_utc(text) -%}
    case
        when {{ trimmed(text) }} like '____-__-__%'
            then timezone('UTC', try_cast({{ trimmed(text) }} as timestamptz))
    end
{%- endmacro %}

{#
    Text without an offset is read apart, for Snowflake would take it for a time of the session's
    zone. The patterns keep out digits alone, which it reads as seconds since 1970.
#}
{% macro snowflake__to_utc(text) -%}
    case
        when {{ matches(trimmed(text), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?') }}
            then try_cast({{ trimmed(text) }} as timestamp_ntz)
        when {{ trimmed(text) }} like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast({{ trimmed(text) }} as timestamp_tz)) as timestamp_ntz)
    end
{%- endmacro %}

{# 'True', 'true', true and 1 alike; blank is NULL before it comes here. #}
{% macro to_flag(text) -%}
    case
        when lower({{ trimmed(text) }}) in ('true', '1', 'yes') then true
        when lower({{ trimmed(text) }}) in ('false', '0', 'no') then false
    end
{%- endmacro %}
