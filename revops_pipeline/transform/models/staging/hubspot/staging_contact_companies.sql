with edges as (
    {{ hubspot_live_edges('hubspot_contact_companies', 'contacts', 'contact_id', 'companies', 'company_id') }}
),

final as (
    select
        contact_id,
        company_id,
        flagged = 1 and row_number() over (
            partition by contact_id
            order by flagged desc, {{ id_order('company_id') }}
        ) = 1 as is_primary
    from edges
)

select * from final
