-- What customers ask: an instance's problems, changes and requests are its own.
with tickets as (
    select
        system,
        ticket_id,
        source_account_id,
        source_account_name
    from {{ ref('int_tickets') }}
    where ticket_class in ('incident', 'case')
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
