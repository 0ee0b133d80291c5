{%- set tables = ['incident', 'problem', 'change_request', 'task', 'cmdb_ci', 'sys_user'] -%}
{%- set tickets = ['incident', 'problem', 'change_request', 'task'] -%}
with
{% for table in tables %}
{{ table }}_texts as (
    {{ servicenow_texts(table) }}
),

{% endfor %}
final as (
    {% for table in tables %}
    {{ rejects(table ~ '_texts', 'servicenow', table, servicenow_checks(table)) }}
    union all
    {% endfor %}
    {% for table in tickets %}
    {{ rejects(table ~ '_texts', 'servicenow', table, servicenow_order_checks(table)) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
