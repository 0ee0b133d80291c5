{# The key e-mails are joined on: lower case, without what cannot be seen, NULL for placeholders. #}
{% macro email_key(email) -%}
    {%- set key = 'lower(' ~ visible(trimmed(email)) ~ ')' -%}
    case
        when {{ key }} in {{ placeholders() }} then null
        {% if var('email_plus_tags') -%}
        else regexp_replace({{ key }}, '^([^+@]+)[+][^@]*@', '{{ first_group() }}@')
        {%- else -%}
        else {{ key }}
        {%- endif %}
    end
{%- endmacro %}

{# Without the characters that have no width, wherever they stand. #}
{% macro visible(text) -%}
    case
        when bit_length({{ text }}) = 8 * length({{ text }}) then {{ text }}
        else translate({{ text }}, '{{ invisibles() }}', '')
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
