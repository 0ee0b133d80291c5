with documents as (
    {{ read_documents(
        source('raw', 'product_transactions'), {'user_id': ['user_id'], 'amount': ['amount']}
    ) }}
),

final as (
    select
        {{ to_id('id') }} as transaction_id,
        {{ to_id('user_id') }} as user_id,
        {{ to_money('amount') }} as amount,
        loaded_at
    from documents
)

select * from final
