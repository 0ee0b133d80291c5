with documents as (
    {{ read_documents(
        source('raw', 'product_team_membership'), {'user_id': ['user_id'], 'team_id': ['team_id']}
    ) }}
),

-- The product's table need not have a key: the same pair twice is one membership.
final as (
    select
        user_id,
        team_id,
        max(loaded_at) as loaded_at
    from documents
    where user_id is not null and team_id is not null
    group by user_id, team_id
)

select * from final
