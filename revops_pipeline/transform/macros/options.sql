{# The value of a setting, or an error that names the setting and what it may be. #}
{% macro option(name, allowed) -%}
    {%- set value = var(name) -%}
    {%- if value not in allowed -%}
        {{ exceptions.raise_compiler_error(
            "Setting " ~ name ~ " is '" ~ value ~ "'; it must be one of: " ~ allowed | join(', ')
        ) }}
    {%- endif -%}
    {{ return(value) }}
{%- endmacro %}

{# True for deals whose stage counts as spend. #}
{% macro in_spend_stages(stage) -%}
    {%- set stages = var('spend_stages') -%}
    {%- if stages -%}
        coalesce({{ stage }} in (
            {%- for id in stages %}{{ text_literal(id) }}{{ ', ' if not loop.last }}{% endfor -%}
        ), false)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
