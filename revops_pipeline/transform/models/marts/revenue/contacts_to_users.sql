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
    select * from {{ ref('staging_deals') }}
),

deal_contacts as (
    select * from {{ ref('staging_deal_contacts') }}
),

-- With `auto`: the users' own column where the product has it, else transactions.
source_used as (
    {% if source == 'auto' -%}
    select
        case
            when count(case when has_lifetime_spend_column then 1 end) > 0 then 'users_column'
            else 'transactions'
        end as lifetime_spend_source
    from users
    {%- else -%}
    select '{{ source }}' as lifetime_spend_source
    {%- endif %}
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

-- Of the users that share an e-mail the newest is the contact's.
newest_users as (
    select
        user_id,
        email,
        email_key,
        count(*) over (partition by email_key) as match_count
    from users
    where email_key is not null
    qualify row_number() over (partition by email_key order by {{ id_order('user_id', 'desc') }}) = 1
),

final as (
    select
        contacts.id as contact_id,
        contacts.first_name,
        contacts.last_name,
        newest_users.user_id,
        coalesce(newest_users.email, contacts.email, 'Unknown') as email,
        spend.amount as clientLifeTimeSpend,  -- noqa: CP02
        coalesce(newest_users.match_count, 0) as match_count,
        source_used.lifetime_spend_source
    from contacts
    cross join source_used
    left join newest_users on contacts.email_key = newest_users.email_key
    left join spend
        on
            source_used.lifetime_spend_source = spend.lifetime_spend_source
            and {{ 'contacts.id' if source == 'deals' else 'newest_users.user_id' }} = spend.holder_id
)

select * from final
