with documents as (
    {{ read_documents(
        source('raw', 'product_teams'), {'team_id': ['team_id'], 'team_name': ['team_name']}
    ) }}
),

final as (
    select
        {{ to_id('coalesce(team_id, id)') }} as team_id,
        team_name,
        loaded_at
    from documents
)

select * from final
