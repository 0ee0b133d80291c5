with final as (
    select
        'hubspot' as system,
        old_id,
        current_id
    from {{ ref('hubspot_merged_ids') }}
    where object_type = 'companies'
    union all
    select
        'salesforce' as system,
        old_id,
        current_id
    from {{ ref('salesforce_merged_ids') }}
)

select * from final
