-- What a contact was merged with is no record any more, but people still sign in with its address.
with contacts as (
    select
        id,
        email,
        {{ email_key('email') }} as email_key,
        additional_emails
    from {{ ref('base_hubspot_contacts') }}
),

merged as (
    select
        old_id,
        current_id
    from {{ ref('hubspot_merged_ids') }}
    where object_type = 'contacts'
),

swallowed as (
    {{ read_documents(
        source('raw', 'hubspot_contacts'),
        {'email': ['properties', 'email'], 'additional_emails': ['properties', 'hs_additional_emails']},
        where='id in (select merged.old_id from merged)',
    ) }}
),

formerly as (
    select
        contacts.id as contact_id,
        swallowed.email,
        swallowed.additional_emails
    from swallowed
    inner join merged on swallowed.id = merged.old_id
    inner join contacts on merged.current_id = contacts.id
),

lists as (
    select
        id as contact_id,
        2 as precedence,
        additional_emails as addresses
    from contacts
    where additional_emails is not null
    union all
    select
        contact_id,
        3 as precedence,
        coalesce(email, '') || ';' || coalesce(additional_emails, '') as addresses
    from formerly
),

addresses as (
    select
        contact_id,
        {{ email_key('part') }} as email_key,
        part as email,
        precedence
    from ({{ split_rows('lists', ['contact_id', 'precedence'], 'addresses', ';') }}) as parts
    union all
    select
        id as contact_id,
        email_key,
        email,
        1 as precedence
    from contacts
),

final as (
    select *
    from addresses
    where email_key is not null
    qualify row_number() over (partition by contact_id, email_key order by precedence, email) = 1
)

select * from final
