with records as (
    {{ servicenow_texts('incident') }}
),

typed as (
    select
        records.id,
        records.number,
        {{ full_account_id('records.customer_account_id') }} as account_id,
        records.customer_account_name as account_name,
        records.company_id,
        records.assigned_to_id,
        records.assignment_group,
        records.configuration_item_id,
        records.short_description,
        records.caller_id,
        records.category,
        records.problem_id,
        records.change_id,
        {{ servicenow_incident_state('records.state') }} as state,
        {{ servicenow_priority('records.priority') }} as priority,
        {{ servicenow_level('records.impact') }} as impact,
        {{ servicenow_level('records.urgency') }} as urgency,
        {{ servicenow_escalation('records.escalation') }} as escalation,
        {{ servicenow_count('records.assignment_group_changed') }} as assignment_group_changed,
        {{ to_flag('records.is_active') }} as is_active,
        {{ to_flag('records.made_sla') }} as made_sla,
        {{ servicenow_count('records.reopened_count') }} as reopened_count,
        {{ servicenow_rating('records.satisfaction_rating') }} as satisfaction_rating,
        {{ to_utc('records.opened_at') }} as opened_at,
        {{ servicenow_time('first_responded_at') }} as first_responded_at,
        {{ servicenow_time('resolved_at') }} as resolved_at,
        {{ servicenow_time('closed_at') }} as closed_at,
        {{ to_utc('records.sla_due_at') }} as sla_due_at,
        {{ to_utc('records.created_at') }} as created_at,
        {{ to_utc('records.updated_at') }} as updated_at,
        records.loaded_at
    from records
),

open_or_not as (
    select
        *,
        coalesce(is_active, true)
        and coalesce(state, '') not in ('resolved', 'closed', 'canceled')
        and (state is not null or resolved_at is null)
        -- Where the flag is missing and the state is none that is known as open.
        and (
            is_active is not null or closed_at is null or coalesce(state, '') in ('new', 'in progress', 'on hold')
        ) as is_open
    from typed
),

final as (
    select
        *,
        -- ServiceNow closes by itself days after the resolution, which is when the clock stopped.
        case when not is_open then coalesce(resolved_at, closed_at) end as stopped_at
    from open_or_not
)

select * from final
