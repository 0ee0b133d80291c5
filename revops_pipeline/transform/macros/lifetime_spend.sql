{#
    Lifetime spend by the chosen source, as a select over the caller's CTEs `users`, `transactions`,
    `deals` and `deal_contacts`. One row per user, or with `deals` one per contact: holder_id, amount, which of
    deals is in the reporting currency.
#}
{% macro lifetime_spend(source) -%}
    {%- if source == 'deals' -%}
    -- A deal with several contacts is shared out among them, so that it counts once.
    select
        places.contact_id as holder_id,
        sum({{ share_of('deals.amount_reporting', '(places.place - 1)', 'places.place', 'places.contacts') }}) as amount
    from (
        select
            deal_id,
            contact_id,
            count(*) over (partition by deal_id) as contacts,
            row_number() over (partition by deal_id order by {{ id_order('contact_id') }}) as place
        from deal_contacts
    ) as places
    inner join deals on places.deal_id = deals.deal_id
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

{# The source that is used, as one row, over the caller's CTE `users`. With `auto`: the users' own
   column where the product has it, else transactions. #}
{% macro lifetime_spend_source(source) -%}
    {%- if source == 'auto' -%}
    select
        case
            when count(case when has_lifetime_spend_column then 1 end) > 0 then 'users_column'
            else 'transactions'
        end as lifetime_spend_source
    from users
    {%- else -%}
    select '{{ source }}' as lifetime_spend_source
    {%- endif %}
{%- endmacro %}
