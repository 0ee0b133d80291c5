with records as (
    {{ servicenow_texts('cmdb_ci') }}
),

final as (
    select
        records.id,
        records.record_class as item_class,
        records.name,
        records.company_id,
        records.category,
        records.install_status,
        records.operational_status,
        records.owner_id,
        {{ to_utc('records.created_at') }} as created_at,
        {{ to_utc('records.updated_at') }} as updated_at,
        records.loaded_at
    from records
)

select * from final
