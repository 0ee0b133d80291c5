with documents as (
    {{ read_documents(
        source('raw', 'hubspot_account'),
        {'sent_zone': ['timeZone'], 'zone': ['zone'], 'sent_currency': ['companyCurrency']},
    ) }}
),

final as (
    select
        id,
        sent_zone,
        {{ known_zone('zone') }} as time_zone,
        {{ currency_code('sent_currency') }} as company_currency,
        loaded_at
    from documents
    -- A portal that told no id at first has told it since.
    qualify row_number() over (order by loaded_at desc, id desc) = 1
)

select * from final
