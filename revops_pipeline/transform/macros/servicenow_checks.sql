{# What can be wrong with the values of a table, for `rejects`: column → [typed, reason]. #}
{% macro servicenow_checks(table) -%}
    {%- set read = (servicenow_contract(table) | list) + (servicenow_candidates(table) | list) -%}
    {%- set choices = {
        'priority': [servicenow_priority('priority'), 'not a priority from 1 to 5'],
        'impact': [servicenow_level('impact'), 'not a level'],
        'urgency': [servicenow_level('urgency'), 'not a level'],
        'escalation': [servicenow_escalation('escalation'), 'not an escalation from 0 to 3'],
        'satisfaction_rating': [servicenow_rating('satisfaction_rating'), 'not a rating on the scale'],
        'reopened_count': [servicenow_count('reopened_count'), 'not a count'],
        'assignment_group_changed': [servicenow_count('assignment_group_changed'), 'not a count'],
        'customer_account_id': [full_account_id('customer_account_id'), 'a placeholder, no id', 'account_id'],
    } -%}
    {%- set checks = {} -%}
    {%- for column in read -%}
        {%- if column.endswith('_at') -%}
            {%- do checks.update({column: [to_utc(column), 'not a time']}) -%}
        {%- elif column.startswith('is_') or column == 'made_sla' -%}
            {%- do checks.update({column: [to_flag(column), 'neither true nor false']}) -%}
        {%- elif column in choices -%}
            {%- do checks.update({column: choices[column]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(checks) }}
{%- endmacro %}

{# Times that are times and yet cannot be: before the ticket was opened. #}
{% macro servicenow_order_checks(table) -%}
    {%- set read = (servicenow_contract(table) | list) + (servicenow_candidates(table) | list) -%}
    {%- set checks = {} -%}
    {%- for column in ['first_responded_at', 'resolved_at', 'closed_at'] if column in read -%}
        {%- set fits = 'case when not ' ~ is_before(column, 'opened_at') ~ ' then 1 end' -%}
        {%- do checks.update({column: [fits, 'before the ticket was opened']}) -%}
    {%- endfor -%}
    {{ return(checks) }}
{%- endmacro %}
