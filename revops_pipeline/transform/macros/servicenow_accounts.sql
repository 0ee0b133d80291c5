{#
    A CRM's account id as people enter it, in its full form: 15 letters and digits that differ by
    case get the three characters that tell the case (each stands for five letters, one bit for
    each capital). A placeholder is no id. Anything else stays as it is, but that 42.0 is 42.
#}
{% macro full_account_id(text) -%}
    {%- set id = trimmed(text) -%}
    case
        when {{ matches(id, '[0-9A-Za-z]{15}') }}
            then {{ id }}
            {%- for block in range(3) %} || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1
                {%- for place in range(5) %} + case when {{ matches('substr(' ~ id ~ ', ' ~ (5 * block + place + 1) ~ ', 1)', '[A-Z]') }} then {{ 2 ** place }} else 0 end
                {%- endfor %}, 1)
            {%- endfor %}
        when lower({{ id }}) not in {{ placeholders() }} then {{ to_id(text) }}
    end
{%- endmacro %}

{# The account that a ticket names: its id, else `name:` and its name, however that is written. #}
{% macro named_account(id, name) -%}
    {%- set key = 'lower(' ~ trimmed(name) ~ ')' -%}
    coalesce({{ id }}, case when {{ key }} not in {{ placeholders() }} then 'name:' || {{ key }} end)
{%- endmacro %}
