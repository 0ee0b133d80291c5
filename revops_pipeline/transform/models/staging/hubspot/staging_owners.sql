with documents as (
    {{ read_documents(
        source('raw', 'hubspot_owners'),
        {
            'email': ['email'],
            'first_name': ['firstName'],
            'last_name': ['lastName'],
            'user_id': ['userId'],
            'archived': ['archived'],
        },
    ) }}
),

final as (
    select
        id,
        email,
        {{ email_key('email') }} as email_key,
        first_name,
        last_name,
        user_id,
        -- Kept: those who left still own deals.
        coalesce({{ to_boolean('archived') }}, false) as is_archived,
        loaded_at
    from documents
)

select * from final
