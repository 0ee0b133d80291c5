with incidents as (
    select
        {{ named_account('account_id', 'account_name') }} as source_id,
        account_id,
        account_name,
        id,
        opened_at,
        updated_at
    from {{ ref('staging_servicenow_incidents') }}
),

latest as (
    select
        source_id,
        account_name
    from incidents
    where account_name is not null
    qualify row_number() over (
        partition by source_id order by updated_at desc nulls last, id asc
    ) = 1
),

counted as (
    select
        source_id,
        max(account_id) as account_id,
        count(*) as incident_count,
        count(distinct account_name) as name_count,
        min(opened_at) as first_opened_at,
        max(updated_at) as updated_at
    from incidents
    where source_id is not null
    group by source_id
),

final as (
    select
        counted.source_id,
        counted.account_id,
        latest.account_name,
        counted.incident_count,
        counted.name_count,
        counted.first_opened_at,
        counted.updated_at
    from counted
    left join latest on counted.source_id = latest.source_id
)

select * from final
