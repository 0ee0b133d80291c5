with kept_in_git as (
    select * from {{ ref('account_link_override_seed') }}
),

taken_by_command as (
    select * from {{ source('decided', 'link_overrides') }}
),

final as (
    select
        left_system,
        left_id,
        right_system,
        right_id,
        decision,
        author,
        reason,
        decided_at,
        'seed' as origin
    from kept_in_git
    union all
    select
        left_system,
        left_id,
        right_system,
        right_id,
        decision,
        author,
        reason,
        decided_at,
        'command' as origin
    from taken_by_command
)

select * from final
