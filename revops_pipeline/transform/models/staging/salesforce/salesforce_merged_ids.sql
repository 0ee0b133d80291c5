{# The loser of a merge is deleted and names its winner, which may have lost to another since. #}
with recursive successors as (
    select
        id as old_id,
        {{ full_account_id('master_id') }} as current_id
    from (
        {{ read_documents(
            source('raw', 'salesforce_accounts'),
            {'master_id': ['MasterRecordId']},
            where=may_hold('document', 'MasterRecordId'),
        ) }}
    ) as records
    where master_id is not null and {{ full_account_id('master_id') }} <> id
),

chains as (
    select
        old_id,
        current_id,
        1 as hops
    from successors
    union all
    select
        chains.old_id,
        successors.current_id,
        chains.hops + 1 as hops
    from chains
    inner join successors on chains.current_id = successors.old_id
    -- Two records that name each other would go round for ever.
    where chains.hops < 100
),

final as (
    select
        'accounts' as object_type,
        chains.old_id,
        chains.current_id
    from chains
    left join successors on chains.current_id = successors.old_id
    where successors.old_id is null
)

select * from final
