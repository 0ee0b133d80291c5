with edges as (
    {{ hubspot_live_edges('hubspot_deal_companies', 'deals', 'deal_id', 'companies', 'company_id') }}
),

final as (
    select
        deal_id,
        company_id,
        row_number() over (
            partition by deal_id
            order by flagged desc, {{ id_order('company_id') }}
        ) = 1 as is_primary
    from edges
)

select * from final
