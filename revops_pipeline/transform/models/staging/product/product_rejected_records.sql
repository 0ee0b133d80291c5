with memberships as (
    {{ read_documents(
        source('raw', 'product_team_membership'), {'user_id': ['user_id'], 'team_id': ['team_id']}
    ) }}
),

users as (
    {{ read_documents(
        source('raw', 'product_users'), {'client_lifetime_spend': ['client_lifetime_spend']}
    ) }}
),

transactions as (
    {{ read_documents(source('raw', 'product_transactions'), {'amount': ['amount']}) }}
),

final as (
    {{ rejects(
        'users',
        'product',
        'users',
        {'client_lifetime_spend': [to_money('client_lifetime_spend'), 'not an amount']},
    ) }}
    union all
    {{ rejects('transactions', 'product', 'transactions', {'amount': [to_money('amount'), 'not an amount']}) }}
    union all
    select
        'product' as source,
        'team_membership' as stream,
        id,
        case when user_id is null then 'user_id' else 'team_id' end as {{ quoted('column') }},
        cast(null as varchar) as {{ quoted('value') }},
        'a membership without a user or a team' as reason,
        'not_given' as kind,
        loaded_at as rejected_at
    from memberships
    where user_id is null or team_id is null
)

select * from final
