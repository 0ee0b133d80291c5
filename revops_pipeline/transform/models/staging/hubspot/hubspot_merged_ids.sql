{#
    Nearly no document holds a value here, and the filter skips the others.
    Deleted records are read too, for a record may have been merged, and its survivor merged again.
#}
with recursive documents as (
    {% for object_type in ['contacts', 'companies', 'deals'] %}
    select
        '{{ object_type }}' as object_type,
        id,
        merged_ids
    from (
        {{ read_documents(
            source('raw', 'hubspot_' ~ object_type),
            {'merged_ids': ['properties', 'hs_merged_object_ids']},
            where=may_hold('document', 'hs_merged_object_ids'),
        ) }}
    ) as records
    where merged_ids is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

mentions as (
    {{ split_rows('documents', ['object_type', 'id'], 'merged_ids', ';') }}
),

-- Every survivor of a series of merges may list all its ancestors: one successor each keeps
-- the number of paths linear.
successors as (
    select
        object_type,
        part as old_id,
        id as current_id
    from mentions
    where part <> '' and part <> id
    qualify row_number() over (
        partition by object_type, part order by {{ id_order('id', 'desc') }}
    ) = 1
),

chains as (
    select
        object_type,
        old_id,
        current_id,
        1 as hops
    from successors
    union all
    select
        chains.object_type,
        chains.old_id,
        successors.current_id,
        chains.hops + 1 as hops
    from chains
    inner join successors
        on
            chains.object_type = successors.object_type
            and chains.current_id = successors.old_id
    -- Two records that list each other would go round for ever.
    where chains.hops < 100
),

final as (
    select
        chains.object_type,
        chains.old_id,
        chains.current_id
    from chains
    left join successors
        on
            chains.object_type = successors.object_type
            and chains.current_id = successors.old_id
    where successors.old_id is null
)

select * from final
