with documents as (
    {{ read_documents(
        source('raw', 'product_team_membership'), {'user_id': ['user_id'], 'team_id': ['team_id']}
    ) }}
),

-- The product's table need not have a key: the same pair twice is one membership.
final as (
    select
        {{ to_id('user_id') }} as user_id,
        {{ to_id('team_id') }} as team_id,
        max(loaded_at) as loaded_at
    from documents
    where user_id is not null and team_id is not null
    group by 1, 2
)

select * from final
