{#
    ServiceNow's values to types, whether the instance gave them raw ('1', 'true') or as people see
    them ('1 - Critical', 'Critical'). Each gives NULL for what it cannot read.
#}

{# A choice as its number: the number it begins with, or that of its label. #}
{% macro servicenow_choice(text, labels, pattern) -%}
    case
        when {{ matches(trimmed(text), pattern ~ '( *-.*)?') }}
            then cast(left({{ trimmed(text) }}, 1) as integer)
        {% for label, number in labels.items() %}
        when lower({{ trimmed(text) }}) = '{{ label }}' then {{ number }}
        {% endfor %}
    end
{%- endmacro %}

{% macro servicenow_priority(text) -%}
    {{ servicenow_choice(
        text, {'critical': 1, 'high': 2, 'moderate': 3, 'medium': 3, 'low': 4, 'planning': 5}, '[1-5]'
    ) }}
{%- endmacro %}

{% macro servicenow_level(text) -%}
    {{ servicenow_choice(text, {'high': 1, 'medium': 2, 'low': 3}, '[1-5]') }}
{%- endmacro %}

{% macro servicenow_escalation(text) -%}
    {{ servicenow_choice(text, {'normal': 0, 'moderate': 1, 'high': 2, 'overdue': 3}, '[0-3]') }}
{%- endmacro %}

{# The stock states of incidents by name; a state of the instance's own stays as it is. #}
{% macro servicenow_incident_state(text) -%}
    case lower({{ trimmed(text) }})
        {% for number, label in {
            '1': 'new', '2': 'in progress', '3': 'on hold', '6': 'resolved', '7': 'closed', '8': 'canceled'
        }.items() %}
        when '{{ number }}' then '{{ label }}'
        when '{{ number }} - {{ label }}' then '{{ label }}'
        {% endfor %}
        when 'cancelled' then 'canceled'
        else lower({{ trimmed(text) }})
    end
{%- endmacro %}

{% macro servicenow_count(text) -%}
    case when {{ to_integer(text) }} >= 0 then {{ to_integer(text) }} end
{%- endmacro %}

{# A rating from 0 up to the top of the instance's scale (setting servicenow_rating_scale). #}
{% macro servicenow_rating(text) -%}
    {%- set number = 'try_cast(' ~ trimmed(text) ~ ' as decimal(9, 2))' -%}
    case
        when
            {{ matches(trimmed(text), '[0-9]+([.][0-9]+)?') }}
            and {{ number }} between 0 and {{ var('servicenow_rating_scale', 5) }}
            then {{ number }}
    end
{%- endmacro %}

{# True where both are times and the first is before the second. #}
{% macro is_before(first, second) -%}
    coalesce({{ to_utc(first) }} < {{ to_utc(second) }}, false)
{%- endmacro %}

{# A time of `records` that cannot be before the ticket was opened. #}
{% macro servicenow_time(column) -%}
    case
        when not {{ is_before('records.' ~ column, 'records.opened_at') }}
            then {{ to_utc('records.' ~ column) }}
    end
{%- endmacro %}
