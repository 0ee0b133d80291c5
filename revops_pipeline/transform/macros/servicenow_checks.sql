{# What can be wrong with the values of a table, for `rejects`: column → [typed, reason]. #}
{% macro servicenow_checks(table) -%}
    {%- set checks = {} -%}
    {%- for column in servicenow_contract(table) if column.endswith('_at') -%}
        {%- do checks.update({column: [to_utc(column), 'not a time']}) -%}
    {%- endfor -%}
    {%- for column in servicenow_contract(table) if column.startswith('is_') or column == 'made_sla' -%}
        {%- do checks.update({column: [to_flag(column), 'neither true nor false']}) -%}
    {%- endfor -%}
    {%- if table not in ['cmdb_ci', 'sys_user'] -%}
        {%- do checks.update({
            'priority': [servicenow_priority('priority'), 'not a priority from 1 to 5'],
            'impact': [servicenow_level('impact'), 'not a level'],
            'urgency': [servicenow_level('urgency'), 'not a level'],
            'escalation': [servicenow_escalation('escalation'), 'not an escalation from 0 to 3'],
            'first_responded_at': [to_utc('first_responded_at'), 'not a time'],
            'satisfaction_rating': [servicenow_rating('satisfaction_rating'), 'not a rating on the scale'],
            'reopened_count': [servicenow_count('reopened_count'), 'not a count'],
            'assignment_group_changed': [servicenow_count('assignment_group_changed'), 'not a count'],
        }) -%}
    {%- endif -%}
    {{ return(checks) }}
{%- endmacro %}

{# Times that are times and yet cannot be: before the ticket was opened. #}
{% macro servicenow_order_checks(table) -%}
    {%- set checks = {} -%}
    {%- for column in ['first_responded_at', 'resolved_at', 'closed_at'] -%}
        {%- if column == 'first_responded_at' or column in servicenow_contract(table) -%}
            {%- set fits = 'case when not ' ~ is_before(column, 'opened_at') ~ ' then 1 end' -%}
            {%- do checks.update({column: [fits, 'before the ticket was opened']}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(checks) }}
{%- endmacro %}
