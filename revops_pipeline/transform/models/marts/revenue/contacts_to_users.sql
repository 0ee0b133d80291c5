{%- set source = option('lifetime_spend_source', ['auto', 'users_column', 'deals', 'transactions']) -%}
with contacts as (
    select * from {{ ref('staging_contacts') }}
),

users as (
    select * from {{ ref('staging_users') }}
),

transactions as (
    select * from {{ ref('staging_transactions') }}
),

deals as (
    select * from {{ ref('deal_amounts') }}
),

deal_contacts as (
    select * from {{ ref('staging_deal_contacts') }}
),

source_used as (
    {{ lifetime_spend_source(source) | indent(4) }}
),

spend as (
    {% for candidate in (['users_column', 'transactions'] if source == 'auto' else [source]) -%}
    select
        '{{ candidate }}' as lifetime_spend_source,
        spent.holder_id,
        spent.amount
    from (
        {{ lifetime_spend(candidate) | indent(8) }}
    ) as spent
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

contact_users as (
    select * from {{ ref('int_contact_users') }}
),

other_users as (
    select
        contact_users.contact_id,
        sum(spend.amount) as amount
    from contact_users
    cross join source_used
    inner join spend
        on
            source_used.lifetime_spend_source = spend.lifetime_spend_source
            and contact_users.user_id = spend.holder_id
    where contact_users.place > 1
    group by contact_users.contact_id
),

final as (
    select
        contacts.id as contact_id,
        contacts.first_name,
        contacts.last_name,
        contact_users.user_id,
        coalesce(contact_users.email, contacts.email, 'Unknown') as email,
        spend.amount as clientLifeTimeSpend,  -- noqa: CP02
        coalesce(contact_users.match_count, 0) as match_count,
        source_used.lifetime_spend_source,
        {{ 'cast(null as decimal(38, 2))' if source == 'deals' else 'other_users.amount' }} as other_users_spend,
        case when source_used.lifetime_spend_source = 'deals' then reporting.currency end as currency
    from contacts
    cross join source_used
    cross join {{ ref('reporting_currency') }} as reporting
    left join contact_users on contacts.id = contact_users.contact_id and contact_users.place = 1  -- the first
    left join spend
        on
            source_used.lifetime_spend_source = spend.lifetime_spend_source
            and {{ 'contacts.id' if source == 'deals' else 'contact_users.user_id' }} = spend.holder_id
    left join other_users on contacts.id = other_users.contact_id
)

select * from final
