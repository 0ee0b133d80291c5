-- A further system with tickets needs one more branch of `tickets`.
with tickets as (
    select
        'servicenow' as system,
        id as ticket_id,
        {{ named_account('account_id', 'account_name') }} as source_account_id,
        account_name as source_account_name
    from {{ ref('staging_servicenow_incidents') }}
    union all
    select
        'salesforce' as system,
        id as ticket_id,
        account_id as source_account_id,
        cast(null as varchar) as source_account_name
    from {{ ref('staging_salesforce_cases') }}
),

crosswalk as (
    select
        system,
        source_id,
        account_key,
        method
    from {{ source('matching', 'account_source_ids') }}
),

final as (
    select
        tickets.system,
        tickets.ticket_id,
        crosswalk.account_key,
        coalesce(crosswalk.method, 'none') as method,
        tickets.source_account_id,
        tickets.source_account_name
    from tickets
    left join crosswalk
        on tickets.system = crosswalk.system and tickets.source_account_id = crosswalk.source_id
)

select * from final
