{# Spaces, tabs, line ends and no-break spaces around a value are never part of it. #}
{% macro trimmed(text) -%}
    trim({{ text }}, {{ spaces() }})
{%- endmacro %}

{% macro spaces() %}
    {{- adapter.dispatch('spaces', 'revops_pipeline')() -}}
{% endmacro %}

{% macro duckdb__spaces() -%} ' ' || chr(9) || chr(10) || chr(13) || chr(160) {%- endmacro %}

{% macro snowflake__spaces() -%} ' \t\n\r\u00a0' {%- endmacro %}

{% macro blank_to_null(text) -%}
    case when {{ trimmed(text) }} <> '' then {{ text }} end
{%- endmacro %}

{# What people type when they do not know. Equal placeholders are not equal keys. #}
{% macro placeholders() -%}
    ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
{%- endmacro %}

{# The key e-mails are joined on: lower case, trimmed, NULL for placeholders. #}
{% macro email_key(email) -%}
    {%- set key = 'lower(' ~ trimmed(email) ~ ')' -%}
    case
        when {{ key }} in {{ placeholders() }} then null
        {% if var('email_plus_tags') -%}
        else regexp_replace({{ key }}, '^([^+@]+)[+][^@]*@', '{{ first_group() }}@')
        {%- else -%}
        else {{ key }}
        {%- endif %}
    end
{%- endmacro %}

{% macro first_group() %}
    {{- adapter.dispatch('first_group', 'revops_pipeline')() -}}
{% endmacro %}

{% macro duckdb__first_group() -%} \1 {%- endmacro %}

{# Snowflake's string literals need the backslash doubled. #}
{% macro snowflake__first_group() -%} \\1 {%- endmacro %}

{#
    An id of a source that may count it as a floating point number: 42.0 and 42 are one. The product
    source makes the ids of its rows the same way.
#}
{% macro to_id(text) -%}
    case
        when {{ matches(trimmed(text), '[+-]?[0-9]+[.]0+') }} then split_part({{ trimmed(text) }}, '.', 1)
        else {{ trimmed(text) }}
    end
{%- endmacro %}

{# Sorts ids as numbers where they are numbers; others come last, as text. #}
{% macro id_order(id, direction='asc') -%}
    try_cast({{ id }} as decimal(38, 0)) {{ direction }} nulls last, {{ id }} {{ direction }}
{%- endmacro %}

{# A column name that is a word of SQL, written as the engine writes names that nobody quotes. #}
{% macro quoted(name) %}
    {{- adapter.dispatch('quoted', 'revops_pipeline')(name) -}}
{% endmacro %}

{% macro default__quoted(name) -%}
    {{ adapter.quote(name) }}
{%- endmacro %}

{% macro snowflake__quoted(name) -%}
    {{ adapter.quote(name | upper) }}
{%- endmacro %}

{# Any text as a literal of SQL. #}
{% macro text_literal(text) %}
    {{- adapter.dispatch('text_literal', 'revops_pipeline')(text | string) -}}
{% endmacro %}

{% macro default__text_literal(text) -%}
    '{{ text | replace("'", "''") }}'
{%- endmacro %}

{# A backslash would take the meaning of the quote that ends it. #}
{% macro snowflake__text_literal(text) -%}
    '{{ text | replace("\\", "\\\\") | replace("'", "''") }}'
{%- endmacro %}
