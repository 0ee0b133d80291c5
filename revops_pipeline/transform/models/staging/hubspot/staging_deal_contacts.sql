with edges as (
    {{ hubspot_live_edges('hubspot_deal_contacts', 'deals', 'deal_id', 'contacts', 'contact_id') }}
),

final as (
    select
        deal_id,
        contact_id
    from edges
)

select * from final
