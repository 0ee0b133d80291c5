with tickets as (
    select * from {{ ref('ticket_accounts') }}
),

crosswalk as (
    select
        system,
        source_id
    from {{ source('matching', 'account_source_ids') }}
),

final as (
    select
        tickets.system,
        tickets.ticket_id,
        tickets.source_account_id,
        tickets.source_account_name,
        case
            when tickets.source_account_id is null then 'names no account'
            when crosswalk.source_id is null then 'names a record that is not there'
            else 'names a record without an account'
        end as reason
    from tickets
    left join crosswalk
        on tickets.system = crosswalk.system and tickets.source_account_id = crosswalk.source_id
    where tickets.account_key is null
)

select * from final
