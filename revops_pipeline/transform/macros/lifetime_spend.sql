{#
    Lifetime spend by the chosen source, as a select over the caller's CTEs `users`, `transactions`,
    `deals` and `deal_contacts`. One row per user, or with `deals` one per contact: holder_id, amount.
#}
{% macro lifetime_spend(source) -%}
    {%- if source == 'deals' -%}
    -- A deal with several contacts is shared out among them, so that it counts once.
    select
        places.contact_id as holder_id,
        sum({{ share_of('deals.amount', '(places.place - 1)', 'places.place', 'places.contacts') }}) as amount
    from (
        select
            deal_id,
            contact_id,
            count(*) over (partition by deal_id) as contacts,
            row_number() over (partition by deal_id order by {{ id_order('contact_id') }}) as place
        from deal_contacts
    ) as places
    inner join deals on places.deal_id = deals.id
    where {{ in_spend_stages('deals.deal_stage') }}
    group by places.contact_id
    {%- elif source == 'users_column' -%}
    select
        user_id as holder_id,
        cast(client_lifetime_spend as decimal(38, 2)) as amount
    from users
    {%- else -%}
    select
        user_id as holder_id,
        sum(amount) as amount
    from transactions
    where user_id is not null
    group by user_id
    {%- endif -%}
{%- endmacro %}
