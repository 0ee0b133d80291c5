with addresses as (
    select * from {{ ref('staging_hubspot_contact_emails') }}
),

users as (
    select
        user_id,
        email,
        email_key
    from {{ ref('staging_users') }}
    where email_key is not null
),

-- An address that is somebody's first is nobody's second, or one user's spend would count twice.
claimed as (
    select
        contact_id,
        email_key,
        precedence,
        min(precedence) over (partition by email_key) as best,
        row_number() over (
            partition by email_key order by precedence, {{ id_order('contact_id') }}
        ) as place
    from addresses
),

matched as (
    select
        claimed.contact_id,
        claimed.precedence,
        users.user_id,
        users.email
    from claimed
    inner join users on claimed.email_key = users.email_key
    where claimed.precedence = claimed.best and (claimed.precedence = 1 or claimed.place = 1)
),

final as (
    select
        contact_id,
        user_id,
        email,
        precedence,
        count(*) over (partition by contact_id) as match_count,
        row_number() over (
            partition by contact_id order by precedence, {{ id_order('user_id', 'desc') }}
        ) as place
    from matched
)

select * from final
