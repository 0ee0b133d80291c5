with incidents as (
    select
        account_id,
        account_name,
        id,
        opened_at,
        updated_at
    from {{ ref('staging_servicenow_incidents') }}
    where account_id is not null
),

latest as (
    select
        account_id,
        account_name
    from incidents
    where account_name is not null
    qualify row_number() over (
        partition by account_id order by updated_at desc nulls last, id asc
    ) = 1
),

counted as (
    select
        account_id,
        count(*) as incident_count,
        count(distinct account_name) as name_count,
        min(opened_at) as first_opened_at,
        max(updated_at) as updated_at
    from incidents
    group by account_id
),

final as (
    select
        counted.account_id,
        latest.account_name,
        counted.incident_count,
        counted.name_count,
        counted.first_opened_at,
        counted.updated_at
    from counted
    left join latest on counted.account_id = latest.account_id
)

select * from final
