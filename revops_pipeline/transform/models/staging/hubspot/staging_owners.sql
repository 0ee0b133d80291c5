with documents as (
    {{ read_documents(
        source('raw', 'hubspot_owners'),
        {
            'email': ['email'],
            'first_name': ['firstName'],
            'last_name': ['lastName'],
            'user_id': ['userId'],
        },
        where='true',
    ) }}
),

-- Whom HubSpot calls archived, or names no more.
gone as (
    select id
    from {{ source('raw', 'hubspot_owners') }}
    where deleted_at is not null
),

final as (
    select
        documents.id,
        documents.email,
        {{ email_key('documents.email') }} as email_key,
        documents.first_name,
        documents.last_name,
        documents.user_id,
        -- Kept: those who left still own deals.
        gone.id is not null as is_archived,
        documents.loaded_at
    from documents
    left join gone on documents.id = gone.id
)

select * from final
