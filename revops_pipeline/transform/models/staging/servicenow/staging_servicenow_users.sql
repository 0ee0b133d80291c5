with records as (
    {{ servicenow_texts('sys_user') }}
),

final as (
    select
        records.id,
        records.user_name,
        records.name,
        records.first_name,
        records.last_name,
        records.email,
        {{ email_key('records.email') }} as email_key,
        records.title,
        records.company_id,
        {{ to_flag('records.is_active') }} as is_active,
        {{ to_flag('records.is_vip') }} as is_vip,
        {{ to_utc('records.created_at') }} as created_at,
        {{ to_utc('records.updated_at') }} as updated_at,
        records.loaded_at
    from records
)

select * from final
