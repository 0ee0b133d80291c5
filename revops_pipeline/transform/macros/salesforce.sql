{# One row per live record of an object, its columns as text, NULL where blank or absent. The name of
   a custom field is spelled with capitals or without. #}
{% macro salesforce_texts(stream) -%}
    {%- set fields, small = {}, [] -%}
    {%- for column, read in salesforce_contract(stream).items() -%}
        {%- do fields.update({column: [read[0]]}) -%}
        {%- if read[0].endswith('__c') -%}
            {%- do fields.update({column ~ '__small': [read[0] | lower]}) or small.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
    select
        id,
        {% for column in salesforce_contract(stream) %}
        {{ 'coalesce(' ~ column ~ ', ' ~ column ~ '__small) as ' ~ column if column in small else column }},
        {% endfor %}
        loaded_at
    from (
        {{ read_documents(source('raw', 'salesforce_' ~ stream), fields) }}
    ) as spelled
{%- endmacro %}

{# One row per live record of an object, its columns typed by its contract. An account that was
   merged into another is that one wherever it is named. #}
{% macro salesforce_staged(stream) -%}
{%- set naming = {'accounts': 'parent_id'}.get(stream, 'account_id') -%}
{%- set followed = naming if naming in salesforce_contract(stream) -%}
with records as (
    {{ salesforce_texts(stream) }}
),

{% if followed -%}
merged as (
    select
        old_id,
        current_id
    from {{ ref('salesforce_merged_ids') }}
),

{% endif -%}
final as (
    select
        records.id,
        {% for column, read in salesforce_contract(stream).items() %}
        {% if column == followed -%}
        coalesce(merged.current_id, {{ to_id('records.' ~ column) }}) as {{ column }},
        {%- else -%}
        {{ salesforce_typed('records.' ~ column, read[1]) }} as {{ column }},
        {%- endif %}
        {% endfor %}
        records.loaded_at
    from records
    {% if followed -%}
    left join merged on records.{{ followed }} = merged.old_id
    {%- endif %}
)

select * from final
{%- endmacro %}

{# Text as a type of the contracts; NULL for what is none of it. #}
{% macro salesforce_typed(text, type) -%}
    {%- set typed = {
        'text': to_id(text) if text.endswith('_id') else text,
        'email_key': email_key(text),
        'money': to_money(text),
        'number': salesforce_number(text),
        'integer': to_integer(text),
        'boolean': to_flag(text),
        'time': salesforce_time(text),
        'date': 'cast(' ~ salesforce_time(text) ~ ' as date)',
        'rating': salesforce_rating(text),
        'severity': salesforce_severity(text),
    } -%}
    {{ typed[type] }}
{%- endmacro %}

{# What can be wrong with the values of an object, for `rejects`: column → [typed, reason]. #}
{% macro salesforce_checks(stream) -%}
    {%- set reasons = {
        'money': 'not an amount of at most 16 digits before the point',
        'number': 'not a number of at most 14 digits before the point',
        'integer': 'not a whole number',
        'boolean': 'neither true nor false',
        'time': 'not a time',
        'date': 'not a date',
        'rating': 'not a rating on the scale',
        'severity': 'neither critical, moderate nor watch',
    } -%}
    {%- set checks = {} -%}
    {%- for column, read in salesforce_contract(stream).items() if read[1] in reasons -%}
        {%- do checks.update({column: [salesforce_typed(column, read[1]), reasons[read[1]]]}) -%}
    {%- endfor -%}
    {{ return(checks) }}
{%- endmacro %}
