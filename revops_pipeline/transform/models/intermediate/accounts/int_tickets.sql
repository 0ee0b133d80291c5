{#
    ServiceNow's task is the table that incidents, problems and changes extend: each of their rows is
    there once more, and of any of them the row of its own class stands.
    A further system with tickets needs one more branch of `final`.
#}
{%- set classes = {
    'incident': 'staging_servicenow_incidents',
    'problem': 'staging_servicenow_problems',
    'change_request': 'staging_servicenow_changes',
} -%}
with of_a_class as (
    {% for class, model in classes.items() %}
    select
        id,
        '{{ class }}' as ticket_class,
        number,
        short_description,
        account_id,
        account_name,
        opened_at,
        closed_at
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

servicenow as (
    select * from of_a_class
    union all
    select
        of_any.id,
        coalesce(of_any.task_class, 'task') as ticket_class,
        of_any.number,
        of_any.short_description,
        of_any.account_id,
        of_any.account_name,
        of_any.opened_at,
        of_any.closed_at
    from {{ ref('staging_servicenow_tasks') }} as of_any
    left join of_a_class on of_any.id = of_a_class.id
    where of_a_class.id is null
),

final as (
    select
        'servicenow' as system,
        id as ticket_id,
        ticket_class,
        number,
        short_description as subject,
        {{ named_account('account_id', 'account_name') }} as source_account_id,
        account_name as source_account_name,
        opened_at,
        closed_at
    from servicenow
    union all
    select
        'salesforce' as system,
        id as ticket_id,
        'case' as ticket_class,
        case_number as number,
        subject,
        account_id as source_account_id,
        cast(null as varchar) as source_account_name,
        created_at as opened_at,
        closed_at
    from {{ ref('staging_salesforce_cases') }}
)

select * from final
