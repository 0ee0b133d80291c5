with documents as (
    {{ read_documents(
        source('raw', 'product_users'),
        {
            'user_id': ['user_id'],
            'user_name': ['user_name'],
            'email': ['email'],
            'client_lifetime_spend': ['client_lifetime_spend'],
        },
    ) }}
),

spend_columns as (
    select
        id,
        {{ has_key('document', 'client_lifetime_spend') }} as has_lifetime_spend_column
    from {{ with_held_values(source('raw', 'product_users')) }}
    where deleted_at is null
),

final as (
    select
        {{ to_id('coalesce(documents.user_id, documents.id)') }} as user_id,
        documents.user_name,
        documents.email,
        {{ email_key('documents.email') }} as email_key,
        {{ to_money('documents.client_lifetime_spend') }} as client_lifetime_spend,
        spend_columns.has_lifetime_spend_column,
        documents.loaded_at
    from documents
    inner join spend_columns on documents.id = spend_columns.id
)

select * from final
