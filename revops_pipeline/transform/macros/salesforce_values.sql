{% macro salesforce_number(text) -%}
    case
        when {{ matches(trimmed(text), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?') }}
            then try_cast({{ trimmed(text) }} as decimal(18, 4))
    end
{%- endmacro %}

{# Salesforce writes UTC as +0000, which not every engine reads. #}
{% macro salesforce_time(text) -%}
    {{ to_utc("replace(" ~ text ~ ", '+0000', 'Z')") }}
{%- endmacro %}

{# A rating within the scale of the setting `salesforce_rating_scale`, its two ends. #}
{% macro salesforce_rating(text) -%}
    {%- set scale = var('salesforce_rating_scale', [1, 5]) -%}
    case
        when {{ salesforce_number(text) }} between {{ scale[0] }} and {{ scale[1] }}
            then {{ salesforce_number(text) }}
    end
{%- endmacro %}

{% macro salesforce_severity(text) -%}
    case
        when lower({{ trimmed(text) }}) in ('critical', 'moderate', 'watch') then lower({{ trimmed(text) }})
    end
{%- endmacro %}
