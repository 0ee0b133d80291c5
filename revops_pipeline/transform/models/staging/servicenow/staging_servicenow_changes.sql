with records as (
    {{ servicenow_texts('change_request') }}
),

final as (
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
        records.change_type,
        records.category,
        records.risk,
        records.state,
        {{ servicenow_priority('records.priority') }} as priority,
        {{ servicenow_level('records.impact') }} as impact,
        {{ servicenow_level('records.urgency') }} as urgency,
        {{ servicenow_escalation('records.escalation') }} as escalation,
        {{ servicenow_count('records.assignment_group_changed') }} as assignment_group_changed,
        {{ to_flag('records.is_active') }} as is_active,
        {{ to_flag('records.made_sla') }} as made_sla,
        {{ to_utc('records.opened_at') }} as opened_at,
        {{ servicenow_time('closed_at') }} as closed_at,
        {{ to_utc('records.sla_due_at') }} as sla_due_at,
        {{ to_utc('records.start_at') }} as start_at,
        {{ to_utc('records.end_at') }} as end_at,
        {{ to_utc('records.created_at') }} as created_at,
        {{ to_utc('records.updated_at') }} as updated_at,
        records.loaded_at
    from records
)

select * from final
