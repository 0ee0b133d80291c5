{# The code of a currency in one spelling; NULL for what people type when they do not know. #}
{% macro currency_code(text) -%}
    case when lower({{ trimmed(text) }}) not in {{ placeholders() }} then upper({{ trimmed(text) }}) end
{%- endmacro %}

{# What deals come to by their outcome: won, lost, and open. Together they are all of them. #}
{% macro sums_by_outcome(amount, names, condition='true') -%}
    sum(case when {{ condition }} and is_won then {{ amount }} end) as {{ names[0] }},
    sum(case when {{ condition }} and is_closed and not is_won then {{ amount }} end) as {{ names[1] }},
    sum(case when {{ condition }} and not is_closed then {{ amount }} end) as {{ names[2] }}
{%- endmacro %}
