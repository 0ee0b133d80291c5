{%- set tables = ['incident', 'problem', 'change_request', 'task', 'cmdb_ci', 'sys_user'] -%}
{%- set tickets = ['incident', 'problem', 'change_request', 'task'] -%}
with
{% for table in tables %}
{{ table }}_texts as (
    {{ servicenow_texts(table) }}
),

{% endfor %}
-- A task of a class that is read for itself stands there with all its values.
own_class as (
    select id from incident_texts
    union all
    select id from problem_texts
    union all
    select id from change_request_texts
),

other_tasks as (
    select task_texts.*
    from task_texts
    left join own_class on task_texts.id = own_class.id
    where own_class.id is null
),

final as (
    {% for table in tables %}
    {%- set texts = 'other_tasks' if table == 'task' else table ~ '_texts' %}
    {{ rejects(texts, 'servicenow', table, servicenow_checks(table)) }}
    union all
    {% endfor %}
    {% for table in tickets %}
    {%- set texts = 'other_tasks' if table == 'task' else table ~ '_texts' %}
    {{ rejects(texts, 'servicenow', table, servicenow_order_checks(table)) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
