{# The code of a currency in one spelling; NULL for what people type when they do not know. #}
{% macro currency_code(text) -%}
    case when lower({{ trimmed(text) }}) not in {{ placeholders() }} then upper({{ trimmed(text) }}) end
{%- endmacro %}
