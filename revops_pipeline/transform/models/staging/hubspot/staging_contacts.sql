with records as (
    select * from {{ ref('base_hubspot_contacts') }}
),

companies as (
    select id from {{ ref('base_hubspot_companies') }}
),

primary_companies as (
    select
        contact_id,
        company_id
    from {{ ref('staging_contact_companies') }}
    where is_primary
),

-- A contact whose associations were ever read is believed by them alone: the property lags.
associated as (
    select distinct edges.contact_id
    from (
        {{ read_documents(
            source('raw', 'hubspot_contact_companies'), {'contact_id': ['from_id']}, where='true'
        ) }}
    ) as edges
),

merged_companies as (
    select
        old_id,
        current_id
    from {{ ref('hubspot_merged_ids') }}
    where object_type = 'companies'
),

final as (
    select
        records.id,
        records.email,
        {{ email_key('records.email') }} as email_key,
        records.first_name,
        records.last_name,
        coalesce(
            primary_companies.company_id,
            case when associated.contact_id is null then companies.id end
        ) as company_id,
        records.lifecycle_stage,
        records.owner_id,
        {{ to_utc('records.created_at') }} as created_at,
        {{ to_utc('records.updated_at') }} as updated_at,
        records.loaded_at
    from records
    left join primary_companies on records.id = primary_companies.contact_id
    left join associated on records.id = associated.contact_id
    left join merged_companies on records.associated_company_id = merged_companies.old_id
    left join companies
        on coalesce(merged_companies.current_id, records.associated_company_id) = companies.id
)

select * from final
