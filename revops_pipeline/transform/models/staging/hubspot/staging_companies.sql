with records as (
    select * from {{ ref('base_hubspot_companies') }}
),

final as (
    select
        id,
        name,
        industry,
        domain,
        website,
        additional_domains,
        country,
        owner_id,
        {{ full_account_id('salesforce_account_id') }} as salesforce_account_id,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('updated_at') }} as updated_at,
        loaded_at
    from records
)

select * from final
